"""What sessions, people and organisations are called: the finders over the sessions of a corpus."""

import re
from collections.abc import Iterable, Iterator, Sequence

from index.lookup.name_index import Finder, Reason
from index.models import Person, PersonEntry, Session
from index.reports.sessions import crowd, identity
from index.text.gazetteer import Term, countries, keys

HYPHEN = re.compile(r"(?<=\w)[-'’.](?=\w)")

Printed = tuple[Reason, str, int]  # a property, its text and the number of what has it


def session_finder(sessions: Sequence[Session]) -> Finder:
    """Finds sessions by title, by whom they name, by kind and by country."""
    printed: list[Printed] = [("title", session.title, number) for number, session in enumerate(sessions)]
    printed += [("agenda title", session.agenda_title or "", number) for number, session in enumerate(sessions)]
    for number, session in enumerate(sessions):
        printed += [(reason, text, number) for _, reason, text in of_people(session)]
    return finder(len(sessions), printed, [{Term("kind", session.kind)} for session in sessions])


def people_finder(entries: Sequence[PersonEntry], sessions: Iterable[Session]) -> Finder:
    """Finds people by name, organisation, role and country, in any of the wordings that sessions have."""
    numbers = {identity(person.name): number for number, (person, _) in enumerate(entries)}
    printed: list[Printed] = []
    for session in sessions:
        printed += [(reason, text, numbers[identity(person.name)]) for person, reason, text in of_people(session)]
    return finder(len(entries), printed, [set() for _ in entries])


def organisation_finder(names: Sequence[str]) -> Finder:
    """Finds organisations by name and country."""
    return finder(len(names), [("organisation", name, number) for number, name in enumerate(names)], [set() for _ in names])


def of_people(session: Session) -> Iterator[tuple[Person, Reason, str]]:
    """What is printed of those whom a session names."""
    for person, _ in crowd(session):
        yield person, "name", person.name
        # Whoever types Annmary means Ann-Mary.
        yield person, "name", HYPHEN.sub("", person.name)
        yield person, "organisation", person.org or ""
        yield person, "role", person.role or ""
        yield person, "role", person.honorific or ""
    for office in session.offices:
        yield office.person, "role", office.title


def finder(size: int, printed: Sequence[Printed], meanings: list[set[Term]]) -> Finder:
    """A finder of `size` things by their printed properties, whose words also mean countries, but for those of names."""
    texts: dict[Reason, dict[tuple[str, int], None]] = {}
    for (reason, _, number), text in zip(printed, keys([text for _, text, _ in printed]), strict=True):
        texts.setdefault(reason, {})[text, number] = None
        if reason != "name":
            meanings[number] |= countries(text)
    return Finder(size, {reason: list(pairs) for reason, pairs in texts.items()}, [frozenset(each) for each in meanings])
