"""Find people whom no labelled line names: in running text, by the patterns of the report's profile, and in minutes.

Minutes list below the name of each speaker what they said.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

from index.models import Capacity, Document, Person
from index.reports.labelled_fields import ORGANISATION, has_own_name, person_with_title_before, read_person
from index.reports.passages import IDEOGRAPH_NAME, list_parents
from index.reports.profile import IDEOGRAPH, NAME, Profile, ProfilePattern, Titles, any_of_pattern, compile_prose_pattern
from index.reports.reader import without_bullets

CONNECTIVE = r"\s*+(?:(?:[與和及、,，]|and\b|&)\s*+)?"


@dataclass(frozen=True, slots=True)
class Mention:
    """A person named in prose. `office` and `since` are set for a new office holder, as printed."""

    person: Person
    capacity: Capacity
    office: str | None = None
    since: str | None = None


def find_mentions(text: str, profile: Profile) -> tuple[Mention, ...]:
    """Return every match of the profile's patterns in a paragraph, in order of the text."""
    mentions: dict[tuple[int, Capacity], Mention] = {}
    for number, rule in enumerate(profile.prose):
        for match in ProfilePattern(f"prose.{number}.pattern", compile_prose_pattern(rule, profile.titles)).finditer(text):
            groups = match.groupdict()
            if groups.get("people"):
                people = read_name_run(groups["people"], profile.titles)
                mentions |= {(match.start("people") + at, rule.capacity): Mention(p, rule.capacity) for at, p in people}
            elif groups.get("name") and not ORGANISATION.search(groups["name"]):
                mention = Mention(
                    read_match(groups, profile.titles), rule.capacity, groups.get("office"), groups.get("since")
                )
                mentions.setdefault((match.start("name"), rule.capacity), mention)
    return tuple(mentions[place] for place in sorted(mentions))


def find_listed_speakers(document: Document, titles: Titles) -> dict[int, Mention]:
    """Return the people with whose name and office an outermost item of a list begins that has items below it.

    :return: Mentions by the number of the paragraph.
    """
    found: dict[int, Mention] = {}
    parents = list_parents(document)
    for number, (above, below) in enumerate(pairwise(parents)):
        paragraph = document.paragraphs[number]
        text = without_bullets(document.text[paragraph.start : paragraph.end].strip())
        if not above and below and below[-1] == text:
            # "Case study - Ann Poe, Mayor": the name stands after the topic.
            person = next(
                filter(is_official, (read_person(part, titles) for part in (text, text.rpartition(" - ")[2]))), None
            )
            if person:
                found[number] = Mention(replace(person, from_prose=True), "speaker")
    return found


def is_official(person: Person) -> bool:
    """Return whether somebody's name looks like that of a person, and an office or organisation stands beside it."""
    has_name = has_own_name(person.name) or bool(IDEOGRAPH_NAME.fullmatch(person.name))
    return has_name and (person.role or person.org) is not None


def read_name_run(text: str, titles: Titles) -> Iterator[tuple[int, Person]]:
    """Read a run of titles, Latin names and honorifics.

    :return: Pairs of the offset of a name in `text` and the person.
    """
    honorific = any_of_pattern(titles.honorifics)
    # A name followed by ideographs and another name is the organisation in the title of the latter.
    entry = re.compile(
        rf"{CONNECTIVE}(?:(?P<title>.*?(?:{IDEOGRAPH}|[」』]))\s*)??(?:(?P<before>{honorific})\s*)?(?P<name>{NAME})"
        rf"(?!\s*(?:(?![與和及、]){IDEOGRAPH})+\s*{NAME})\s*(?P<honorific>{honorific})?"
    )
    offset = 0
    while match := entry.match(text, offset):
        groups = match.groupdict()
        groups["honorific"] = groups["before"] or groups["honorific"]
        if not ORGANISATION.search(groups["name"]):
            yield match.start("name"), read_match(groups, titles)
        offset = match.end()


def read_match(groups: dict[str, str | None], titles: Titles) -> Person:
    """Build a person from the groups of a match."""
    name, honorific = (groups["name"] or "").strip(), groups.get("honorific")
    person = person_with_title_before(groups.get("title") or "", name, honorific, titles)
    return Person(name, groups.get("role") or person.role, groups.get("org") or person.org, person.honorific, True)
