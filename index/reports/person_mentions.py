"""Find people named in running text as speaker, moderator or new office holder, by the patterns of the report's profile."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from index.models import Capacity, Person
from index.reports.labelled_fields import ORGANISATION, person_with_title_before
from index.reports.profile import IDEOGRAPH, NAME, Profile, ProfilePattern, Titles, any_of_pattern, compile_prose_pattern

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
