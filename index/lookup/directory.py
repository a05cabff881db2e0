"""Look-ups of sessions and people that forgive: misspelt, in part, in either language, by organisation, country or day."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

from index.lookup.event_calendar import Calendar
from index.lookup.name_index import NameIndex, NameMatch, Reason
from index.models import Person, PersonEntry, Session
from index.reports.sessions import collect_people, participants, person_key
from index.text.gazetteer import Term, find_countries
from index.text.normalization import name_key, name_keys

T = TypeVar("T")
INDIRECT = 0.8  # the score of people, of that of the session by which they were found
ONLY_DAY = 50  # the score where nothing of a query fits but its day
HYPHEN = re.compile(r"(?<=\w)[-'’.](?=\w)")
Printed = tuple[Reason, str, int]  # a property, its text and the number of what has it


@dataclass(frozen=True, slots=True)
class Match(Generic[T]):
    """What a query found, how well it fits from 0 to 100, and by what; `nearest` if nothing fits."""

    item: T
    score: float
    reason: Reason


class Directory:
    """Sessions and people of one generation, looked up in memory. Immutable; safe to share between threads."""

    def __init__(self, sessions: Sequence[Session]) -> None:
        self.sessions = tuple(sessions)
        self.people = collect_people(self.sessions)
        self.days = tuple(sorted({session.date for session in self.sessions if session.date}))
        self._calendar = Calendar(self.days)
        self._session_numbers = {session.id.casefold(): number for number, session in enumerate(self.sessions)}
        self._person_numbers = {person_key(person.name): number for number, (person, _) in enumerate(self.people)}
        # The numbers of the sessions that each thing belongs to.
        self._itself = [{number} for number in range(len(self.sessions))]
        self._attended = [{self._session_numbers[seen.session.casefold()] for seen in entry[1]} for entry in self.people]
        self._present: list[list[int]] = [[] for _ in self.sessions]
        for number, attended in enumerate(self._attended):
            for session in attended:
                self._present[session].append(number)
        organisations: dict[str, str] = {}
        for person in (person for session in self.sessions for person, _ in participants(session) if person.org):
            organisations.setdefault(name_key(person.org or ""), person.org or "")
        self._organisations = list(organisations.values())
        self._session_finder = session_finder(self.sessions)
        self._people_finder = people_finder(self.people, self.sessions)
        self._organisation_finder = organisation_finder(self._organisations)

    def find_sessions(self, query: str, limit: int = 25) -> list[Match[Session]]:
        """The sessions that a query means, best first; the three nearest if it means none; all in order for an empty one.

        A query of nothing but punctuation, or of a day without sessions, finds none.
        """
        if session := self.session(query):
            return [Match(session, 100, "title")][:limit]
        found = self._look_up(query, self._session_finder, self._itself, "title", limit)
        return [Match(self.sessions[each.number], each.score, each.reason) for each in found]

    def find_people(self, query: str, limit: int | None = None) -> list[Match[PersonEntry]]:
        """The people that a query means, by themselves or by their sessions; in all else as `find_sessions`."""
        found = self._look_up(query, self._people_finder, self._attended, "name", limit)
        return [Match(self.people[each.number], each.score, each.reason) for each in found]

    def organisations(self, query: str = "", limit: int = 25) -> list[str]:
        """Organisations as printed: those that a query means, best first; all in order of appearance for an empty one."""
        if not query.strip():
            return self._organisations[:limit]
        text, finder = name_key(query), self._organisation_finder
        found = finder.find(text, limit) or finder.find_partial(text, limit) if text else []
        return [self._organisations[each.number] for each in found]

    def on_day(self, query: str) -> list[Session]:
        """The sessions of the day that a query names, as a date, a weekday or `day 2`; [] if it names none."""
        days, _ = self._calendar.cut(query)
        return [session for session in self.sessions if session.date in (days or ())]

    def parts(self, session: Session) -> list[Session]:
        """The parts of a session, in order."""
        return [each for each in self.sessions if each.parent == session.id]

    def session(self, id: str) -> Session | None:  # noqa: A002 - what else is it?
        """The session of an id."""
        number = self._session_numbers.get(id.strip().casefold())
        return None if number is None else self.sessions[number]

    def person(self, name: str) -> PersonEntry | None:
        """The person of exactly this name; case, accents, punctuation, Traditional or Simplified characters apart."""
        number = self._person_numbers.get(person_key(name))
        return None if number is None else self.people[number]

    def suggest_sessions(self, typed: str, limit: int = 25) -> list[Session]:
        """The sessions for what somebody has typed so far, best first, within milliseconds; all in order for nothing."""
        days, rest = self._calendar.cut(typed)
        if not (text := name_key(rest if days else typed)):
            return (self.on_day(typed) if days else list(self.sessions))[:limit]
        found = self._session_finder.find(text, None if days else limit)
        return [self.sessions[each.number] for each in found if not days or self.sessions[each.number].date in days][:limit]

    def suggest_people(self, typed: str, limit: int = 25) -> list[PersonEntry]:
        """The people for what somebody has typed so far, best first, within milliseconds; all in order for nothing."""
        if not (text := name_key(typed)):
            return list(self.people[:limit])
        return [self.people[each.number] for each in self._people_finder.find(text, limit)]

    def _look_up(
        self, query: str, finder: NameIndex, belongs: Sequence[set[int]], by: Reason, limit: int | None
    ) -> list[NameMatch]:
        """The things of a finder that a query means; `belongs` has the sessions of each, `by` the reason for all of them."""
        if not query.strip():
            return [NameMatch(number, 100, by) for number in range(finder.size)][:limit]
        days, rest = self._calendar.cut(query)
        if days:
            return self._on_days(days, name_key(rest), finder, belongs)[:limit]
        if not (text := name_key(query)):
            return []
        found = finder.find(text, limit) or self._through_sessions(text, finder) or finder.find_partial(text, limit)
        return (found if found or days is not None else finder.nearest(text))[:limit]

    def _on_days(self, days: Sequence[str], text: str, finder: NameIndex, belongs: Sequence[set[int]]) -> list[NameMatch]:
        """The things of a finder that belong to sessions of some days, or those of them that a key means."""
        held = {number for number, session in enumerate(self.sessions) if session.date in days}
        present = {number: NameMatch(number, 100, "date") for number in range(finder.size) if belongs[number] & held}
        if not text:
            return list(present.values())
        found = finder.find(text) or self._through_sessions(text, finder, held) or finder.find_partial(text)
        within = [each for each in found if each.number in present]
        return within or [replace(each, score=ONLY_DAY) for each in present.values()]

    def _through_sessions(self, text: str, finder: NameIndex, held: Container[int] | None = None) -> list[NameMatch]:
        """The people of the sessions that a key means, each once, where it is people that are looked for."""
        found: dict[int, NameMatch] = {}
        for session in self._session_finder.find(text) if finder is self._people_finder else ():
            for number in self._present[session.number] if held is None or session.number in held else ():
                found.setdefault(number, replace(session, number=number, score=INDIRECT * session.score))
        return list(found.values())


def session_finder(sessions: Sequence[Session]) -> NameIndex:
    """Finds sessions by title, by whom they name, by kind and by country."""
    printed: list[Printed] = [("title", session.title, number) for number, session in enumerate(sessions)]
    printed += [("agenda title", session.agenda_title or "", number) for number, session in enumerate(sessions)]
    for number, session in enumerate(sessions):
        printed += [(reason, text, number) for _, reason, text in person_properties(session)]
    return make_finder(len(sessions), printed, [{Term("kind", session.kind)} for session in sessions])


def people_finder(entries: Sequence[PersonEntry], sessions: Iterable[Session]) -> NameIndex:
    """Finds people by name, organisation, role and country, in any of the wordings that sessions have."""
    numbers = {person_key(person.name): number for number, (person, _) in enumerate(entries)}
    printed: list[Printed] = []
    for session in sessions:
        printed += [(reason, text, numbers[person_key(person.name)]) for person, reason, text in person_properties(session)]
    return make_finder(len(entries), printed, [set() for _ in entries])


def organisation_finder(names: Sequence[str]) -> NameIndex:
    """Finds organisations by name and country."""
    return make_finder(
        len(names), [("organisation", name, number) for number, name in enumerate(names)], [set() for _ in names]
    )


def person_properties(session: Session) -> Iterator[tuple[Person, Reason, str]]:
    """What is printed of those whom a session names."""
    for person, _ in participants(session):
        yield person, "name", person.name
        # Whoever types Annmary means Ann-Mary.
        yield person, "name", HYPHEN.sub("", person.name)
        yield person, "organisation", person.org or ""
        yield person, "role", person.role or ""
        yield person, "role", person.honorific or ""
    for office in session.offices:
        yield office.person, "role", office.title


def make_finder(size: int, printed: Sequence[Printed], meanings: list[set[Term]]) -> NameIndex:
    """A finder of `size` things by their printed properties, whose words also mean countries, but for those of names."""
    texts: dict[Reason, dict[tuple[str, int], None]] = {}
    for (reason, _, number), text in zip(printed, name_keys([text for _, text, _ in printed]), strict=True):
        texts.setdefault(reason, {})[text, number] = None
        if reason != "name":
            meanings[number] |= find_countries(text)
    return NameIndex(size, {reason: list(pairs) for reason, pairs in texts.items()}, [frozenset(each) for each in meanings])
