"""The labelled lines of a report: the date, moderators and speakers that stand under its headings."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from index.models import Document, Person, Section
from index.reports.profile import Labels, Profile, Titles, heading_patterns

PERSON_LIMIT = 200  # characters; what is longer is prose
BULLET = re.compile(r"^[-–•*·●○▪]\s+")
SEPARATOR = re.compile(r"[;；、]|\s[-–•*·●○▪]\s|(?<=[)）])\s*[,，]")
OPENING, CLOSING = "(（", ")）"
NO_TITLES = Titles()
# White space is looked at from its beginning alone, lest a long run of it be gone through from each of its places.
COMMA, AT = re.compile(r"(?:(?<!\s)\s+)?[,，]\s*"), re.compile(r"(?<!\s)\s+at\s+")
# Words by which a piece between commas is an organisation, though another piece, its country or city, follows.
ORGANISATION = re.compile(
    r"\b(ministry|department|agency|authority|commission|committee|council|board|bureau|office|institute|university"
    r"|college|school|bank|foundation|centre|center|association|federation|parliament|senate|court|government)\b",
    re.IGNORECASE,
)
NAME_AFTER_TITLE = re.compile(r"(?P<title>.*[\u2e80-\u9fff])\s*(?P<name>[^\W\d\u2e80-\u9fff][^\u2e80-\u9fff()（）]*)")


@dataclass(frozen=True, slots=True)
class Fields:
    """What the labelled lines of one section say. `date` is the text after its label."""

    date: str | None = None
    moderators: tuple[Person, ...] = ()
    speakers: tuple[Person, ...] = ()

    @property
    def crowd(self) -> tuple[Person, ...]:
        return self.moderators + self.speakers


def read_fields(document: Document, profile: Profile) -> dict[Section, Fields]:
    """The fields of every section that has some. A numbered field belongs to the section that encloses its level."""
    by_start = {section.start: section for section in document.sections}
    found: dict[Section, Fields] = {}
    around: list[Section] = []
    listing: tuple[Section, str] | None = None  # the section and label whose people the next paragraphs are
    for paragraph in document.paragraphs:
        text = document.text[paragraph.start : paragraph.end]
        level, body = without_number(text, profile)
        fields = list(find_labels(body, profile.labels))
        if fields or paragraph.is_heading:
            around = [section for section in around if not level or section.level < level]
        if fields and around:
            for name, value in fields:
                add_field(found, around[-1], name, value, profile.titles)
            name, value = fields[-1]
            listing = None if value or name == "date" else (around[-1], name)
        elif paragraph.is_heading:
            around.append(by_start[paragraph.start])
            listing = None
        elif listing and is_person(text):
            add_field(found, *listing, text, profile.titles)
        else:
            listing = None
    return found


def find_labels(body: str, labels: Labels) -> Iterator[tuple[str, str]]:
    """The fields of a paragraph that starts with a label, as names of `Labels` and values."""
    names = {label.casefold(): name for name in Labels.model_fields for label in getattr(labels, name)}
    if body.casefold() in names:
        yield names[body.casefold()], ""
    elif names:
        label = re.compile(rf"(?:^|\s)({'|'.join(map(re.escape, names))})\s*[:：]", re.IGNORECASE)
        # To the expression some letters are one, such as i and ı, that case folding keeps apart.
        found = [match for match in label.finditer(body) if match[1].casefold() in names]
        ends = [following.start() for following in found[1:]] + [len(body)]
        if found and found[0].start() == 0:
            for match, end in zip(found, ends, strict=True):
                yield names[match[1].casefold()], body[match.end() : end].strip(" :：")


def without_number(text: str, profile: Profile) -> tuple[int, str]:
    """The level of a numbered line and the line without its numbering; 0 and the line itself for any other."""
    for level, expression in enumerate(heading_patterns(profile), 1):
        if found := expression.match(text):
            return level, text[found.end() :].strip() or found.groupdict().get("title") or text
    return 0, text


def is_person(text: str) -> bool:
    """Whether a paragraph under a label is an entry of its list, not the prose after it."""
    return len(text) <= PERSON_LIMIT and (bool(BULLET.match(text)) or text[-1] not in "。.!?！？:：")


def add_field(found: dict[Section, Fields], section: Section, name: str, value: str, titles: Titles) -> None:
    fields = found.get(section, Fields())
    if name == "date":
        found[section] = replace(fields, date=value if fields.date is None else fields.date)
    elif name == "moderator":
        found[section] = replace(fields, moderators=fields.moderators + read_people(value, titles))
    else:
        found[section] = replace(fields, speakers=fields.speakers + read_people(value, titles))


def read_people(text: str, titles: Titles) -> tuple[Person, ...]:
    """The people of a list entry, or of a line of several with semicolons, enumeration commas or bullets between."""
    text = BULLET.sub("", text)
    seams = [found.span() for found in SEPARATOR.finditer(outside_brackets(text))]
    starts, ends = [0, *(end for _, end in seams)], [*(start for start, _ in seams), len(text)]
    entries = (text[start:end].strip() for start, end in zip(starts, ends, strict=True))
    found = (read_person(entry, titles) for entry in entries if entry)
    return tuple(person for person in found if person.name)


def outside_brackets(text: str) -> str:
    """The text with what stands in brackets blotted out, its length unchanged."""
    depth, kept = 0, ""
    for character in text:
        depth = max(0, depth - (character in CLOSING))
        kept += "\0" if depth else character
        depth += character in OPENING
    return kept


def read_person(text: str, titles: Titles = NO_TITLES) -> Person:
    """`Name(role, organisation)` in brackets of either width, doubled or not closed; or a title, then a Latin name."""
    after = NAME_AFTER_TITLE.fullmatch(text)
    if after and count_characters(after["title"], OPENING) == count_characters(after["title"], CLOSING):
        return person_with_title_before(after["title"].strip(), after["name"].strip(), None, titles)
    found = re.search(f"[{OPENING}]+", text)
    if found and found.start():
        name, inside = text[: found.start()].strip(), text[found.end() :].strip()
        while inside[-1:] in tuple(CLOSING) and count_characters(inside, CLOSING) > count_characters(inside, OPENING):
            inside = inside[:-1].strip()
    else:
        name, inside = text.strip(CLOSING), ""
    name, honorific = without_honorific(name, titles)
    return person_with_title(name, inside, honorific, titles)


def without_honorific(name: str, titles: Titles) -> tuple[str, str | None]:
    """A name without the honorific before it or after it, and that honorific."""
    for word in sorted(titles.honorifics, key=len, reverse=True):
        edge = r"\b" if word[-1].isascii() and word[-1].isalnum() else ""
        if found := re.fullmatch(rf"({re.escape(word)}{edge})\s*(\S.*)|(.*\S)\s*({re.escape(word)})", name, re.IGNORECASE):
            return found[2] or found[3], found[1] or found[4]
    return name, None


def person_with_title(name: str, title: str, honorific: str | None, titles: Titles) -> Person:
    """A person from what is printed around the name: the title, which ends with a role or is split as in `role_and_org`."""
    role, org = role_and_org(title)
    word = next((word for word in sorted(titles.roles, key=len, reverse=True) if (role or "").endswith(word)), None)
    if org is None and word and word != role and not word.isascii():
        role, org = word, strip_quotes(title.removesuffix(word).strip())
    elif org is None and not word and honorific in titles.roles:
        # The office stands after the name; before it stands where, and behind a dash further back, what else they are.
        other, dash, place = title.rpartition("-")
        role, org = (other.strip(), place.strip()) if dash else (honorific, title or None)
    return Person(name, role, org, honorific)


def person_with_title_before(title: str, name: str, honorific: str | None, titles: Titles) -> Person:
    """A person whose title stands before the name; a role that is among the honorifics is then that, too."""
    person = person_with_title(name, title, honorific, titles)
    return person if honorific or person.role not in titles.honorifics else replace(person, honorific=person.role)


def strip_quotes(text: str) -> str:
    """A text without the corner brackets that stand around the whole of it."""
    return text[1:-1] if text[:1] in ("「", "『") and text[-1:] in ("」", "』") else text


def role_and_org(text: str) -> tuple[str | None, str | None]:
    """Split before an organisation: at the first comma that a word for one follows, else at ` at ` or the last comma.

    Without such a seam all of it is the role.
    """
    commas = list(COMMA.finditer(text))
    ends = [comma.start() for comma in commas[1:]] + [len(text)]
    named = (comma for comma, end in zip(commas, ends, strict=False) if ORGANISATION.search(text, comma.end(), end))
    # With a single comma it is the comma that stands before the organisation, and ` at ` is a word of its name.
    places = [] if len(commas) == 1 else list(AT.finditer(text))
    seam = next(named, None) or next(iter([*places[-1:], *commas[-1:]]), None)
    if seam is None:
        return text or None, None
    return text[: seam.start()] or None, text[seam.end() :] or None


def count_characters(text: str, characters: str) -> int:
    return sum(map(text.count, characters))
