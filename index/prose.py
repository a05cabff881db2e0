"""People whom running text names: who spoke, chaired or takes over an office, by the patterns of the report's profile."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from index.expressions import Expression
from index.fields import ORGANISATION, titled_before
from index.models import Capacity, Person
from index.profile import Profile, Prose, Titles

IDEOGRAPH = r"[\u2e80-\u9fff]"
LETTER = r"[^\W\d_\u2e80-\uffef]"
# An accent may be a character of its own, after its letter.
LETTERS = rf"(?:{LETTER}|[\u0300-\u036f])"
# How many parts a word or a name may have is bounded, and where it may begin: a long row of capitals or initials, which is
# no name, would be gone through from each of its places.
CAPITALISED = rf"(?![a-z])(?<!{LETTER})(?:(?:{LETTER}\.){{1,6}}|{LETTER}{LETTERS}*(?:[-'’]{LETTERS}+){{0,6}})"
PARTICLE = r"(?:d[aeiou]s?|del|della|v[ao]n|der|den|ten|ter|bin|ibn|binti|al|el|la|le|y|e)"
# Two words or more: one alone is as likely to be an organisation's short name. A family name may have a comma after it.
NAME = rf"{CAPITALISED},?(?:\s(?:{PARTICLE}\s){{0,3}}{CAPITALISED}){{1,9}}(?!{LETTERS}|\s{CAPITALISED})"
CONNECTIVE = r"\s*+(?:(?:[與和及、,，]|and\b|&)\s*+)?"


@dataclass(frozen=True, slots=True)
class Mention:
    """Someone whom prose names, in what capacity; the office that they take over, and since when, in the prose's words."""

    person: Person
    capacity: Capacity
    office: str | None = None
    since: str | None = None


def mentions(text: str, profile: Profile) -> tuple[Mention, ...]:
    """Everyone whom the profile's patterns find in a paragraph, in order of the text."""
    found: dict[tuple[int, Capacity], Mention] = {}
    for number, rule in enumerate(profile.prose):
        for match in Expression(f"prose.{number}.pattern", compiled(rule, profile.titles)).finditer(text):
            groups = match.groupdict()
            if groups.get("people"):
                everyone = run(groups["people"], profile.titles)
                found |= {(match.start("people") + at, rule.capacity): Mention(p, rule.capacity) for at, p in everyone}
            elif groups.get("name") and not ORGANISATION.search(groups["name"]):
                mention = Mention(read(groups, profile.titles), rule.capacity, groups.get("office"), groups.get("since"))
                found.setdefault((match.start("name"), rule.capacity), mention)
    return tuple(found[place] for place in sorted(found))


def compiled(rule: Prose, titles: Titles) -> re.Pattern[str]:
    """A rule's pattern, with its place-holders filled in."""
    groups = {"name": f"(?P<name>{NAME})", "honorific": f"(?P<honorific>{one_of(titles.honorifics)})"}
    return re.compile(re.sub(r"\{(name|honorific)\}", lambda placeholder: groups[placeholder[1]], rule.pattern))


def run(text: str, titles: Titles) -> Iterator[tuple[int, Person]]:
    """The people of a run of titles, names of Latin letters and honorifics, with where each name begins."""
    honorific = one_of(titles.honorifics)
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
            yield found.start("name"), read(groups, titles)
        place = found.end()


def read(groups: dict[str, str | None], titles: Titles) -> Person:
    """The person whom a match's groups make."""
    name, honorific = (groups["name"] or "").strip(), groups.get("honorific")
    person = titled_before(groups.get("title") or "", name, honorific, titles)
    return Person(name, groups.get("role") or person.role, groups.get("org") or person.org, person.honorific, True)


def one_of(words: Sequence[str]) -> str:
    """An expression for any of the words, the longest first; for nothing that occurs if there is none."""
    return "|".join(map(re.escape, sorted(words, key=len, reverse=True))) or r"(?!)"
