"""Read the labelled lines of a report: date, moderators and speakers under its headings."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from index.models import Document, Person, Section
from index.reports.profile import CAPITALISED, FAMILY_NAMES, PARTICLE, Labels, Profile, Titles, heading_patterns
from index.reports.reader import without_bullets
from index.reports.table_rows import Heads, find_heads, read_row
from index.text.dates import find_day
from index.text.times import find_times

PERSON_LIMIT = 200  # characters; longer lines are prose
SEPARATOR = re.compile(r"[;；、]|\s[-–•‣◦*·●○▪]\s|(?<=[)）])\s*[,，]")
OPENING, CLOSING = "(（", ")）"
NO_TITLES = Titles()
# A match starts only at the beginning of a run of white space: otherwise a long run takes quadratic time.
COMMA, AT = re.compile(r"(?:(?<!\s)\s+)?[,，]\s*"), re.compile(r"(?<!\s)\s+at\s+")
# Words that mark a part between commas as an organisation, even if a country or city follows after another comma.
ORGANISATION = re.compile(
    r"\b(ministry|department|agency|authority|commission|committee|council|board|bureau|office|institute|university"
    r"|college|school|bank|foundation|centre|center|association|federation|parliament|senate|court|government|partnership"
    r"|network|coalition|alliance|company|group|trust|union|society|administration|service|services|organi[sz]ation|press)\b",
    re.IGNORECASE,
)
# Numbers of items before a label, whether or not headings have such numbers.
ITEM_NUMBER = re.compile(
    r"(?:[(（]\s?(?:[一二三四五六七八九十]{1,4}|\d{1,3})\s?[)）]|[壹貳參肆伍陸柒捌玖拾一二三四五六七八九十]{1,4}、|\d{1,3}[.、](?!\d)"
    r"|[\u2460-\u2473])\s{0,4}"
)
# A name and after a comma what a person is. Degrees and the like are neither.
FULL_NAME = rf"{CAPITALISED}(?:\s(?:{PARTICLE}\s){{0,3}}{CAPITALISED}){{1,5}}"
NAME_BEFORE_TITLE = re.compile(rf"(?P<name>{FULL_NAME})\s?[,，]\s*(?P<title>\S.*)")
NAME_FIRST = re.compile(rf"(?:(?:Dr|Mr|Mrs|Ms|Prof|Hon)\.\s)?{FULL_NAME}(?:\s?[,，(（]|\.$)")
DEGREES = re.compile(
    r"(?:(?:Ph\.?\s?D|M\.?D|J\.?D|LL\.?[BM]|M\.?B\.?A|M\.?P\.?[AP]|M\.?[AS]|B\.?[AS]|Esq|[JS]r|C\.?P\.?A|P\.?E|R\.?N|II|III|IV)"
    r"\.?(?:\s?[,，]\s{0,4}|$)){0,5}"
)
# A degree after a name without a comma.
LAST_DEGREE = re.compile(r"(?<=[^\W\d_])\s(?:Ph\.?D|M\.?D|J\.?D|LL\.?[BM]|MBA|MP[AP]|Esq|CPA|P\.E|RN)\.?$")
# Heads of the columns of a list of people, and cells that say nothing.
NAME_HEAD = re.compile(r"\b(?:names?|attendees?|participants?|members?)\b|姓名|氏名|出席者|與會者", re.IGNORECASE)
ROLE_HEAD = re.compile(r"\b(?:title|position|role|job)\b|職稱|职称|職務|职务|職位|役職", re.IGNORECASE)
ORG_HEAD = re.compile(
    r"\b(?:organi[sz]ation|affiliation|agency|company|department|institution|employer|ministry)\b|單位|单位|機關|机关|機構|机构|公司|部門"
    r"|所属|団体",
    re.IGNORECASE,
)
EMPTY = re.compile(r"N/?A|none|[-–—/]|無|无|なし", re.IGNORECASE)
SOLE_NAME = re.compile(FULL_NAME)
MAX_NAME_WORDS = 3
# Names in ideographs with nothing but white space between them.
SPACED_NAMES = re.compile(rf"[{FAMILY_NAMES}][\u3400-\u9fff]{{1,2}}(?:\s[{FAMILY_NAMES}][\u3400-\u9fff]{{1,2}}){{1,200}}")
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
    lines = [document.text[paragraph.start : paragraph.end] for paragraph in document.paragraphs]
    for paragraph, heads, text in zip(document.paragraphs, find_heads(lines), lines, strict=True):
        if heads and not paragraph.is_heading:
            # The heads of columns are no labels. Of a list in a table each row may be a person.
            if listing and (person := read_row_person(text, heads, profile.titles)):
                add_people(fields_by_section, *listing, (person,))
            continue
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
            for name, value in read_row_fields(text, heads, profile.labels):
                add_field(fields_by_section, open_sections[-1], name, value, profile.titles)
            listing = None
        elif listing and is_person(text):
            add_field(fields_by_section, *listing, text, profile.titles)
        else:
            listing = None
    return fields_by_section


def read_row_fields(line: str, heads: Heads, labels: Labels) -> Iterator[tuple[str, str]]:
    """Yield the moderators and speakers in a row of an agenda, which are in columns whose heads are labels."""
    for cell in read_row(line, heads):
        for name in ("moderator", "speaker"):
            if heads[cell.column] in getattr(labels, name):
                yield name, line[cell.start : cell.end]


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
    """Return the level of a numbered line and its text without number and bullets; level 0 if no heading is numbered so."""
    for level, expression in enumerate(heading_patterns(profile), 1):
        if match := expression.match(text):
            return level, text[match.end() :].strip() or match.groupdict().get("title") or text
    text = without_bullets(text)
    number = ITEM_NUMBER.match(text)
    return 0, text[number.end() :] if number else text


def has_own_name(text: str) -> bool:
    """Return whether a text is a name of two or three words beside particles, none of which marks an organisation."""
    words = [word for word in text.split() if not word[0].islower()]
    return bool(SOLE_NAME.fullmatch(text)) and len(words) <= MAX_NAME_WORDS and not ORGANISATION.search(text)


def is_person(text: str) -> bool:
    """Return whether a paragraph under a label is an entry of its list and not prose.

    An entry with a bullet may end with a full stop, but then begins with a name.
    """
    entry = without_bullets(text)
    is_sentence = text[-1] in "。.!?！？:：" and not (entry != text and text[-1] == "." and NAME_FIRST.match(entry))
    return len(text) <= PERSON_LIMIT and not is_sentence


def add_field(fields_by_section: dict[Section, Fields], section: Section, name: str, value: str, titles: Titles) -> None:
    """Add a value to a section's fields. Of several dates the first is kept, with times of a later one if it has none."""
    fields = fields_by_section.get(section, Fields())
    if name == "date":
        fields_by_section[section] = replace(fields, date=join_dates(fields.date, value))
    else:
        add_people(fields_by_section, section, name, read_people(value, titles))


def add_people(fields_by_section: dict[Section, Fields], section: Section, name: str, people: tuple[Person, ...]) -> None:
    """Add people to the moderators or speakers of a section; those of any other field are in none."""
    fields = fields_by_section.get(section, Fields())
    if name == "moderator":
        fields_by_section[section] = replace(fields, moderators=fields.moderators + people)
    elif name == "speaker":
        fields_by_section[section] = replace(fields, speakers=fields.speakers + people)


def join_dates(first: str | None, value: str) -> str:
    """Return the text of a session's date from the one before, if any, and another one, which may be that of its times."""
    if first is None:
        return value
    dates, times = ([bool(find(text)) for text in (first, value)] for find in (find_day, find_times))
    return (
        f"{first} {value}" if (dates, times) in (([True, False], [False, True]), ([False, True], [True, False])) else first
    )


def read_people(text: str, titles: Titles) -> tuple[Person, ...]:
    """Split a line at semicolons, enumeration commas and bullets outside brackets, and read each entry as a person."""
    text = without_bullets(text)
    separators = [match.span() for match in SEPARATOR.finditer(outside_brackets(text))]
    starts, ends = [0, *(end for _, end in separators)], [*(start for start, _ in separators), len(text)]
    entries = (text[start:end].strip() for start, end in zip(starts, ends, strict=True))
    people = (read_person(name, titles) for entry in entries if entry for name in split_names(entry))
    return tuple(person for person in people if person.name)


def split_names(entry: str) -> list[str]:
    """Split an entry that is nothing but names, with commas or white space between them, into these."""
    parts = [part.strip() for part in re.split("[,，]", entry)]
    if len(parts) > 1 and all(map(has_own_name, parts)):
        return parts
    return entry.split() if SPACED_NAMES.fullmatch(entry) else [entry]


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
    name = LAST_DEGREE.sub("", name)
    if match := NAME_BEFORE_TITLE.fullmatch(name):
        name, inside = match["name"], without_degrees(match["title"]) or inside
    return person_with_title(name, inside, honorific, titles)


def read_row_person(line: str, heads: Heads, titles: Titles = NO_TITLES) -> Person | None:
    """Return the person of a row below heads of names and of titles or organisations, or None."""
    columns = people_columns(heads)
    cells = {cell.column: line[cell.start : cell.end] for cell in read_row(line, heads)}
    if "name" not in columns or len(columns) < 2 or not (text := cells.get(columns["name"])):
        return None
    person = read_person(text, titles)
    role, org = (value_or_none(cells.get(columns.get(field, -1))) for field in ("role", "org"))
    return replace(person, role=role or person.role, org=org or person.org) if person.name else None


def people_columns(heads: Heads) -> dict[str, int]:
    """Return the columns of names, roles and organisations of people by their heads: `name`, `role` and `org`."""
    columns: dict[str, int] = {}
    for column, head in enumerate(heads):
        for field, pattern in (("org", ORG_HEAD), ("role", ROLE_HEAD), ("name", NAME_HEAD)):
            if pattern.search(head):
                columns.setdefault(field, column)
                break
    return columns


def value_or_none(text: str | None) -> str | None:
    """Return the text of a cell, or None if it says that there is nothing."""
    return None if not text or EMPTY.fullmatch(text) else text


def without_degrees(title: str) -> str:
    """Return what stands after a name without the degrees at its beginning."""
    degrees = DEGREES.match(title)
    return title[degrees.end() :] if degrees else title


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
