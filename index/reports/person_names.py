"""People whom running text names: who spoke, chaired or takes over an office, by the patterns of the report's profile."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from index.models import Capacity, Person
from index.reports.labelled_fields import ORGANISATION, person_with_title_before
from index.reports.profile import IDEOGRAPH, NAME, Profile, ProfilePattern, Titles, any_of_pattern, compile_prose_pattern

CONNECTIVE = r"\s*+(?:(?:[與和及、,，]|and\b|&)\s*+)?"


@dataclass(frozen=True, slots=True)
class Mention:
    """Someone whom prose names, in what capacity; the office that they take over, and since when, in the prose's words."""

    person: Person
    capacity: Capacity
    office: str | None = None
    since: str | None = None


def find_mentions(text: str, profile: Profile) -> tuple[Mention, ...]:
    """Everyone whom the profile's patterns find in a paragraph, in order of the text."""
    found: dict[tuple[int, Capacity], Mention] = {}
    for number, rule in enumerate(profile.prose):
        for match in ProfilePattern(f"prose.{number}.pattern", compile_prose_pattern(rule, profile.titles)).finditer(text):
            groups = match.groupdict()
            if groups.get("people"):
                everyone = read_name_run(groups["people"], profile.titles)
                found |= {(match.start("people") + at, rule.capacity): Mention(p, rule.capacity) for at, p in everyone}
            elif groups.get("name") and not ORGANISATION.search(groups["name"]):
                mention = Mention(
                    read_match(groups, profile.titles), rule.capacity, groups.get("office"), groups.get("since")
                )
                found.setdefault((match.start("name"), rule.capacity), mention)
    return tuple(found[place] for place in sorted(found))


def read_name_run(text: str, titles: Titles) -> Iterator[tuple[int, Person]]:
    """The people of a run of titles, names of Latin letters and honorifics, with where each name begins."""
    honorific = any_of_pattern(titles.honorifics)
    # A name that ideographs and another name follow is the organisation in that one's title.
    entry = re.compile(
        rf"{CONNECTIVE}(?:(?P<title>.*?(?:{IDEOGRAPH}|[」』]))\s*)??(?:(?P<before>{honorific})\s*)?(?P<name>{NAME})"
        rf"(?!\s*(?:(?![與和及、]){IDEOGRAPH})+\s*{NAME})\s*(?P<honorific>{honorific})?"
    )
    place = 0
    while found := entry.match(text, place):
        groups = found.groupdict()
        groups["honorific"] = groups["before"] or groups["honorific"]
        if not ORGANISATION.search(groups["name"]):
            yield found.start("name"), read_match(groups, titles)
        place = found.end()


def read_match(groups: dict[str, str | None], titles: Titles) -> Person:
    """The person whom a match's groups make."""
    name, honorific = (groups["name"] or "").strip(), groups.get("honorific")
    person = person_with_title_before(groups.get("title") or "", name, honorific, titles)
    return Person(name, groups.get("role") or person.role, groups.get("org") or person.org, person.honorific, True)
