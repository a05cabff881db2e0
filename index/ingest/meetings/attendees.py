"""Find who attended a meeting, for its maintainer to judge: rows of tables of people, and lists of names below a label."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from index.models import Person
from index.reports.labelled_fields import is_person, read_people, read_row_person, without_number
from index.reports.profile import FAMILY_NAMES, Profile, Titles
from index.reports.sessions import person_key
from index.reports.table_rows import find_heads

LABEL = re.compile(
    r"(?:[\u3400-\u9fff]{0,4}(?:出席|列席|與會)(?:人員|單位|者|委員|名單)?|出席者|(?:list\sof\s)?(?:attendees|participants|present|attendance))"
    r"\s?(?:[:：]\s{0,4}(?P<names>.*))?",
    re.IGNORECASE,
)
IDEOGRAPHS = re.compile(rf"[{FAMILY_NAMES}][\u3400-\u9fff]{{1,2}}")
NAME_WORDS = range(2, 7)  # of a name in letters


def find_attendees(paragraphs: Sequence[str], titles: Titles) -> tuple[Person, ...]:
    """Return who is listed as present, each once, in order: names without degrees and titles, which are roles.

    :param paragraphs: Of the text; headings with their marks.
    :param titles: Words before or after names.
    """
    found: dict[str, Person] = {}
    for person in list_people(paragraphs, titles):
        if is_name(person.name):
            found.setdefault(person_key(person.name), person)
    return tuple(found.values())


def list_people(paragraphs: Sequence[str], titles: Titles) -> Iterator[Person]:
    """Yield the entries of tables and lists of people."""
    is_listing = False
    for paragraph, heads in zip(paragraphs, find_heads(paragraphs), strict=True):
        text = without_number(paragraph.lstrip("# \f"), Profile(title="-"))[1].strip()
        if heads:
            if person := read_row_person(text, heads, titles):
                yield split_title(person, titles)
            continue
        if label := LABEL.fullmatch(text):
            names = label["names"] or ""
            is_listing = not names
            yield from (split_title(person, titles) for person in read_people(names, titles))
        elif is_listing and text and not paragraph.startswith("#") and is_person(paragraph.strip()):
            yield from (split_title(person, titles) for person in read_people(text, titles))
        else:
            is_listing = False


def split_title(person: Person, titles: Titles) -> Person:
    """Return a person with the title within or beside an ideographic name, as in 王局長大港 or 航港局 王大港 技正."""
    words = [word for word in sorted(titles.roles, key=len, reverse=True) if word in person.name]
    name, role = person.name, person.role
    if words:
        before, _, after = name.partition(words[0])
        name, role = f"{before.strip()} {after.strip()}".strip(), role or words[0]
        if len(before.strip()) == 1:
            name = f"{before.strip()}{after.strip()}"
    organisation, _, last = name.rpartition(" ")
    if organisation and IDEOGRAPHS.fullmatch(last) and not IDEOGRAPHS.fullmatch(organisation):
        return replace(person, name=last, role=role, org=person.org or organisation)
    return replace(person, name=name, role=role)


def is_name(text: str) -> bool:
    """Return whether a text looks like the name of a person."""
    words = text.split()
    in_letters = all(word[0].isalpha() and not any(map(str.isdecimal, word)) for word in words)
    return bool(IDEOGRAPHS.fullmatch(text)) or (len(words) in NAME_WORDS and in_letters)
