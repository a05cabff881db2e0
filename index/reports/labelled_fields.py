"""Read the labelled lines of a report: date, moderators and speakers under its headings."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from index.models import Document, Person, Section
from index.reports.profile import Labels, Profile, Titles, heading_patterns

PERSON_LIMIT = 200  # characters; longer lines are prose
BULLET = re.compile(r"^[-–•*·●○▪]\s+")
SEPARATOR = re.compile(r"[;；、]|\s[-–•*·●○▪]\s|(?<=[)）])\s*[,，]")
OPENING, CLOSING = "(（", ")）"
NO_TITLES = Titles()
# A match starts only at the beginning of a run of white space: otherwise a long run takes quadratic time.
COMMA, AT = re.compile(r"(?:(?<!\s)\s+)?[,，]\s*"), re.compile(r"(?<!\s)\s+at\s+")
# Words that mark a part between commas as an organisation, even if a country or city follows after another comma.
ORGANISATION = re.compile(
    r"\b(ministry|department|agency|authority|commission|committee|council|board|bureau|office|institute|university"
    r"|college|school|bank|foundation|centre|center|association|federation|parliament|senate|court|government)\b",
    re.IGNORECASE,
)
NAME_AFTER_TITLE = re.compile(r"(?P<title>.*[\u2e80-\u9fff])\s*(?P<name>[^\W\d\u2e80-\u9fff][^\u2e80-\u9fff()（）]*)")


@dataclass(frozen=True, slots=True)
class Fields:
    """The values of one section's labelled lines. `date` is the text after its label, unparsed."""

    date: str | None = None
    moderators: tuple[Person, ...] = ()
    speakers: tuple[Person, ...] = ()

    @property
    def crowd(self) -> tuple[Person, ...]:
        """Moderators, then speakers."""
        return self.moderators + self.speakers


def read_fields(document: Document, profile: Profile) -> dict[Section, Fields]:
    """Return the fields of every section that has any.

    A numbered label, such as "2. Speakers:", belongs to the innermost open section above its level.
    """
    by_start = {section.start: section for section in document.sections}
    fields_by_section: dict[Section, Fields] = {}
    open_sections: list[Section] = []
    listing: tuple[Section, str] | None = None  # section and label of the list that continues
    for paragraph in document.paragraphs:
        text = document.text[paragraph.start : paragraph.end]
        level, body = without_number(text, profile)
        fields = list(find_labels(body, profile.labels))
        if fields or paragraph.is_heading:
            open_sections = [section for section in open_sections if not level or section.level < level]
        if fields and open_sections:
            for name, value in fields:
                add_field(fields_by_section, open_sections[-1], name, value, profile.titles)
            name, value = fields[-1]
            listing = None if value or name == "date" else (open_sections[-1], name)
        elif paragraph.is_heading:
            open_sections.append(by_start[paragraph.start])
            listing = None
        elif listing and is_person(text):
            add_field(fields_by_section, *listing, text, profile.titles)
        else:
            listing = None
    return fields_by_section


def find_labels(body: str, labels: Labels) -> Iterator[tuple[str, str]]:
    """Yield the fields of a paragraph that starts with a label.

    :param body: The paragraph without its numbering.
    :return: Pairs of a field name of `Labels` and the text after the label.
    """
    names = {label.casefold(): name for name in Labels.model_fields for label in getattr(labels, name)}
    if body.casefold() in names:
        yield names[body.casefold()], ""
    elif names:
        label = re.compile(rf"(?:^|\s)({'|'.join(map(re.escape, names))})\s*[:：]", re.IGNORECASE)
        # IGNORECASE equates some letters that case folding keeps apart, such as i and ı.
        matches = [match for match in label.finditer(body) if match[1].casefold() in names]
        ends = [following.start() for following in matches[1:]] + [len(body)]
        if matches and matches[0].start() == 0:
            for match, end in zip(matches, ends, strict=True):
                yield names[match[1].casefold()], body[match.end() : end].strip(" :：")


def without_number(text: str, profile: Profile) -> tuple[int, str]:
    """Return the level of a numbered line and its text without the number; 0 and the line itself for other lines."""
    for level, expression in enumerate(heading_patterns(profile), 1):
        if match := expression.match(text):
            return level, text[match.end() :].strip() or match.groupdict().get("title") or text
    return 0, text


def is_person(text: str) -> bool:
    """Return whether a paragraph under a label is an entry of its list and not prose."""
    return len(text) <= PERSON_LIMIT and (bool(BULLET.match(text)) or text[-1] not in "。.!?！？:：")


def add_field(fields_by_section: dict[Section, Fields], section: Section, name: str, value: str, titles: Titles) -> None:
    """Add a value to a section's fields. Of several dates the first is kept."""
    fields = fields_by_section.get(section, Fields())
    if name == "date":
        fields_by_section[section] = replace(fields, date=value if fields.date is None else fields.date)
    elif name == "moderator":
        fields_by_section[section] = replace(fields, moderators=fields.moderators + read_people(value, titles))
    else:
        fields_by_section[section] = replace(fields, speakers=fields.speakers + read_people(value, titles))


def read_people(text: str, titles: Titles) -> tuple[Person, ...]:
    """Split a line at semicolons, enumeration commas and bullets outside brackets, and read each entry as a person."""
    text = BULLET.sub("", text)
    separators = [match.span() for match in SEPARATOR.finditer(outside_brackets(text))]
    starts, ends = [0, *(end for _, end in separators)], [*(start for start, _ in separators), len(text)]
    entries = (text[start:end].strip() for start, end in zip(starts, ends, strict=True))
    people = (read_person(entry, titles) for entry in entries if entry)
    return tuple(person for person in people if person.name)


def outside_brackets(text: str) -> str:
    """Return the text with bracketed parts replaced by NUL characters, so that offsets stay the same."""
    depth, kept = 0, ""
    for character in text:
        depth = max(0, depth - (character in CLOSING))
        kept += "\0" if depth else character
        depth += character in OPENING
    return kept


def read_person(text: str, titles: Titles = NO_TITLES) -> Person:
    """Read one person: `Name(role, organisation)`, or a title that ends with an ideograph, followed by a Latin name.

    Brackets may be half or full width, doubled or unclosed.
    """
    parts = NAME_AFTER_TITLE.fullmatch(text)
    if parts and count_characters(parts["title"], OPENING) == count_characters(parts["title"], CLOSING):
        return person_with_title_before(parts["title"].strip(), parts["name"].strip(), None, titles)
    bracket = re.search(f"[{OPENING}]+", text)
    if bracket and bracket.start():
        name, inside = text[: bracket.start()].strip(), text[bracket.end() :].strip()
        while inside[-1:] in tuple(CLOSING) and count_characters(inside, CLOSING) > count_characters(inside, OPENING):
            inside = inside[:-1].strip()
    else:
        name, inside = text.strip(CLOSING), ""
    name, honorific = without_honorific(name, titles)
    return person_with_title(name, inside, honorific, titles)


def without_honorific(name: str, titles: Titles) -> tuple[str, str | None]:
    """Split an honorific off the beginning or end of a name. Returns the name and the honorific, if any."""
    for word in sorted(titles.honorifics, key=len, reverse=True):
        edge = r"\b" if word[-1].isascii() and word[-1].isalnum() else ""
        if match := re.fullmatch(rf"({re.escape(word)}{edge})\s*(\S.*)|(.*\S)\s*({re.escape(word)})", name, re.IGNORECASE):
            return match[2] or match[3], match[1] or match[4]
    return name, None


def person_with_title(name: str, title: str, honorific: str | None, titles: Titles) -> Person:
    """Build a person from a name and the title printed beside it.

    A title that ends with a known role consists of the organisation and that role; any other is split by `role_and_org`.
    """
    role, org = role_and_org(title)
    word = next((word for word in sorted(titles.roles, key=len, reverse=True) if (role or "").endswith(word)), None)
    if org is None and word and word != role and not word.isascii():
        role, org = word, strip_quotes(title.removesuffix(word).strip())
    elif org is None and not word and honorific in titles.roles:
        # The honorific is the role. The title is the organisation, or "another role - organisation".
        other_role, dash, organisation = title.rpartition("-")
        role, org = (other_role.strip(), organisation.strip()) if dash else (honorific, title or None)
    return Person(name, role, org, honorific)


def person_with_title_before(title: str, name: str, honorific: str | None, titles: Titles) -> Person:
    """Build a person whose title precedes the name. A role that is also an honorific becomes both."""
    person = person_with_title(name, title, honorific, titles)
    return person if honorific or person.role not in titles.honorifics else replace(person, honorific=person.role)


def strip_quotes(text: str) -> str:
    """Remove the corner brackets around a whole text."""
    return text[1:-1] if text[:1] in ("「", "『") and text[-1:] in ("」", "』") else text


def role_and_org(text: str) -> tuple[str | None, str | None]:
    """Split a title into role and organisation.

    Splits at the first comma before a word that marks an organisation, else at the last ` at ` or comma. Without a separator
    the whole title is the role.
    """
    commas = list(COMMA.finditer(text))
    ends = [comma.start() for comma in commas[1:]] + [len(text)]
    before_organisation = (
        comma for comma, end in zip(commas, ends, strict=False) if ORGANISATION.search(text, comma.end(), end)
    )
    # A single comma is the separator; an ` at ` beside it is part of a name.
    at_words = [] if len(commas) == 1 else list(AT.finditer(text))
    separator = next(before_organisation, None) or next(iter([*at_words[-1:], *commas[-1:]]), None)
    if separator is None:
        return text or None, None
    return text[: separator.start()] or None, text[separator.end() :] or None


def count_characters(text: str, characters: str) -> int:
    """Count the occurrences of any of `characters` in a text."""
    return sum(map(text.count, characters))
