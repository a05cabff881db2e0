"""The labelled lines of a report: the date, moderators and speakers that stand under its headings."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from index.models import Document, Person, Section
from index.profile import Labels, Profile

PERSON_LIMIT = 200  # characters; what is longer is prose
BULLET = re.compile(r"^[-–•*·●○▪]\s+")
SEPARATOR = re.compile(r"[;；、]|\s[-–•*·●○▪]\s|(?<=[)）])\s*[,，]")
OPENING, CLOSING = "(（", ")）"
COMMA, AT = re.compile(r"\s*[,，]\s*"), re.compile(r"\s+at\s+")
# Words by which a piece between commas is an organisation, though another piece, its country or city, follows.
ORGANISATION = re.compile(
    r"\b(ministry|department|agency|authority|commission|committee|council|board|bureau|office|institute|university"
    r"|college|school|bank|foundation|centre|center|association|federation|parliament|senate|court|government)\b",
    re.IGNORECASE,
)
NAME_AFTER_TITLE = re.compile(r"(?P<title>.*[\u2e80-\u9fff])\s*(?P<name>[^\W\d\u2e80-\u9fff][^\u2e80-\u9fff]*)")


@dataclass(frozen=True, slots=True)
class Fields:
    """What the labelled lines of one section say. `date` is the text after its label."""

    date: str | None = None
    moderators: tuple[Person, ...] = ()
    speakers: tuple[Person, ...] = ()


def read_fields(document: Document, profile: Profile) -> dict[Section, Fields]:
    """The fields of every section that has some. A numbered field belongs to the section that encloses its level."""
    by_start = {section.start: section for section in document.sections}
    found: dict[Section, Fields] = {}
    around: list[Section] = []
    listing: tuple[Section, str] | None = None  # the section and label whose people the next paragraphs are
    for paragraph in document.paragraphs:
        text = document.text[paragraph.start : paragraph.end]
        level, body = without_number(text, profile)
        fields = list(labelled(body, profile.labels))
        if fields or paragraph.is_heading:
            around = [section for section in around if not level or section.level < level]
        if fields and around:
            for name, value in fields:
                add(found, around[-1], name, value)
            name, value = fields[-1]
            listing = None if value or name == "date" else (around[-1], name)
        elif paragraph.is_heading:
            around.append(by_start[paragraph.start])
            listing = None
        elif listing and is_person(text):
            add(found, *listing, text)
        else:
            listing = None
    return found


def labelled(body: str, labels: Labels) -> Iterator[tuple[str, str]]:
    """The fields of a paragraph that starts with a label, as names of `Labels` and values."""
    names = {label.casefold(): name for name in Labels.model_fields for label in getattr(labels, name)}
    if body.casefold() in names:
        yield names[body.casefold()], ""
    elif names:
        label = re.compile(rf"(?:^|\s)({'|'.join(map(re.escape, names))})\s*[:：]", re.IGNORECASE)
        found = list(label.finditer(body))
        ends = [following.start() for following in found[1:]] + [len(body)]
        if found and found[0].start() == 0:
            for match, end in zip(found, ends, strict=True):
                yield names[match[1].casefold()], body[match.end() : end].strip(" :：")


def without_number(text: str, profile: Profile) -> tuple[int, str]:
    """The level of a numbered line and the line without its numbering; 0 and the line itself for any other."""
    for level, heading in enumerate(profile.headings, 1):
        if found := re.match(heading.pattern, text):
            return level, text[found.end() :].strip() or found.groupdict().get("title") or text
    return 0, text


def is_person(text: str) -> bool:
    """Whether a paragraph under a label is an entry of its list, not the prose after it."""
    return len(text) <= PERSON_LIMIT and (bool(BULLET.match(text)) or text[-1] not in "。.!?！？:：")


def add(found: dict[Section, Fields], section: Section, name: str, value: str) -> None:
    fields = found.get(section, Fields())
    if name == "date":
        found[section] = replace(fields, date=value if fields.date is None else fields.date)
    elif name == "moderator":
        found[section] = replace(fields, moderators=fields.moderators + read_people(value))
    else:
        found[section] = replace(fields, speakers=fields.speakers + read_people(value))


def read_people(text: str) -> tuple[Person, ...]:
    """The people of a list entry, or of a line of several with semicolons, enumeration commas or bullets between."""
    text = BULLET.sub("", text)
    seams = [found.span() for found in SEPARATOR.finditer(outside_brackets(text))]
    starts, ends = [0, *(end for _, end in seams)], [*(start for start, _ in seams), len(text)]
    entries = (text[start:end].strip() for start, end in zip(starts, ends, strict=True))
    return tuple(read_person(entry) for entry in entries if entry)


def outside_brackets(text: str) -> str:
    """The text with what stands in brackets blotted out, its length unchanged."""
    depth, kept = 0, ""
    for character in text:
        depth = max(0, depth - (character in CLOSING))
        kept += "\0" if depth else character
        depth += character in OPENING
    return kept


def read_person(text: str) -> Person:
    """`Name(role, organisation)` in brackets of either width, be they closed or not; or a title, then a Latin name."""
    found = re.search(f"[{OPENING}]", text)
    if found and found.start():
        name, inside = text[: found.start()].strip(), text[found.end() :].strip()
        if inside[-1:] in tuple(CLOSING) and count(inside, CLOSING) > count(inside, OPENING):
            inside = inside[:-1].strip()
        return Person(name, *role_and_org(inside))
    if found := NAME_AFTER_TITLE.fullmatch(text):
        return Person(found["name"].strip(), *role_and_org(found["title"].strip()))
    return Person(text)


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


def count(text: str, characters: str) -> int:
    return sum(map(text.count, characters))
