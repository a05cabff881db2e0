"""Look up sessions, people and organisations with fuzzy matching.

A query may be misspelt or partial, in English or Chinese, and may name an organisation, a country or a day instead.
"""

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
INDIRECT = 0.8  # score of a person found by a session, as a share of the score of the session
ONLY_DAY = 50  # score of a match by the day alone
# Punctuation between ideographs, which a query may leave out.
PAUSE = re.compile(r"(?<=[\u4e00-\u9fff])[、，・·](?=[\u4e00-\u9fff])")
HYPHEN = re.compile(r"(?<=\w)[-'’.](?=\w)")
Printed = tuple[Reason, str, int]  # property, its text, and the number of the item that has it


@dataclass(frozen=True, slots=True)
class Match(Generic[T]):
    """A result of a look-up.

    :param score: how well it matches, 0 to 100.
    :param reason: the property that matches; `nearest` if none does.
    """

    item: T
    score: float
    reason: Reason


class Directory:
    """Sessions and people of one generation, searchable in memory. Immutable; threads may share one."""

    def __init__(self, sessions: Sequence[Session]) -> None:
        self.sessions = tuple(sessions)
        self.people = collect_people(self.sessions)
        self.days = tuple(sorted({session.date for session in self.sessions if session.date}))
        self._calendar = Calendar(self.days)
        self._session_numbers = {session.id.casefold(): number for number, session in enumerate(self.sessions)}
        self._person_numbers = {person_key(person.name): number for number, (person, _) in enumerate(self.people)}
        # Numbers of the sessions of each session, which is itself, and of each person.
        self._itself = [{number} for number in range(len(self.sessions))]
        self._attended = [
            {self._session_numbers[appearance.session.casefold()] for appearance in entry[1]} for entry in self.people
        ]
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
        """Return the sessions that match a query, best first.

        If none matches, return the three nearest. An empty query matches all, in order. A query of punctuation alone, or of
        a day without sessions, matches none.
        """
        if session := self.session(query):
            return [Match(session, 100, "title")][:limit]
        matches = self._look_up(query, self._session_finder, self._itself, "title", limit)
        return [Match(self.sessions[match.number], match.score, match.reason) for match in matches]

    def find_people(self, query: str, limit: int | None = None) -> list[Match[PersonEntry]]:
        """Return the people that match a query, themselves or by their sessions; else like `find_sessions`."""
        matches = self._look_up(query, self._people_finder, self._attended, "name", limit)
        return [Match(self.people[match.number], match.score, match.reason) for match in matches]

    def organisations(self, query: str = "", limit: int = 25) -> list[str]:
        """Return the organisations that match a query, as printed, best first.

        An empty query matches all, in the order of appearance.
        """
        if not query.strip():
            return self._organisations[:limit]
        text, finder = name_key(query), self._organisation_finder
        matches = finder.find(text, limit) or finder.find_partial(text, limit) if text else []
        return [self._organisations[match.number] for match in matches]

    def on_day(self, query: str) -> list[Session]:
        """Return the sessions of the day that a query names: a date, a weekday or `day 2`; empty if it names none."""
        days, _ = self._calendar.cut(query)
        return [session for session in self.sessions if session.date in (days or ())]

    def parts(self, session: Session) -> list[Session]:
        """Return the parts of a session, in order."""
        return [other for other in self.sessions if other.parent == session.id]

    def session(self, id: str) -> Session | None:  # noqa: A002 - part of the public interface
        """Return the session with an id, ignoring case, or None."""
        number = self._session_numbers.get(id.strip().casefold())
        return None if number is None else self.sessions[number]

    def person(self, name: str) -> PersonEntry | None:
        """Return the person with exactly this name, or None.

        Case, accents, punctuation, and Traditional or Simplified characters do not matter.
        """
        number = self._person_numbers.get(person_key(name))
        return None if number is None else self.people[number]

    def suggest_sessions(self, typed: str, limit: int = 25) -> list[Session]:
        """Return autocomplete suggestions of sessions, best first, within milliseconds; all in order for no input."""
        days, rest = self._calendar.cut(typed)
        if not (text := name_key(rest if days else typed)):
            return (self.on_day(typed) if days else list(self.sessions))[:limit]
        hits = self._session_finder.find(text, None if days else limit)
        return [self.sessions[hit.number] for hit in hits if not days or self.sessions[hit.number].date in days][:limit]

    def suggest_people(self, typed: str, limit: int = 25) -> list[PersonEntry]:
        """Return autocomplete suggestions of people, best first, within milliseconds; all in order for no input."""
        if not (text := name_key(typed)):
            return list(self.people[:limit])
        return [self.people[match.number] for match in self._people_finder.find(text, limit)]

    def _look_up(
        self, query: str, finder: NameIndex, sessions_of: Sequence[set[int]], reason: Reason, limit: int | None
    ) -> list[NameMatch]:
        """Return the items of a finder that match a query.

        :param sessions_of: numbers of the sessions of each item.
        :param reason: the reason of matches of an empty query.
        """
        if not query.strip():
            return [NameMatch(number, 100, reason) for number in range(finder.size)][:limit]
        days, rest = self._calendar.cut(query)
        if days:
            return self._find_on_days(days, name_key(rest), finder, sessions_of)[:limit]
        if not (text := name_key(query)):
            return []
        matches = finder.find(text, limit) or self._find_by_sessions(text, finder) or finder.find_partial(text, limit)
        return (matches if matches or days is not None else finder.nearest(text))[:limit]

    def _find_on_days(
        self, days: Sequence[str], text: str, finder: NameIndex, sessions_of: Sequence[set[int]]
    ) -> list[NameMatch]:
        """Return the items with sessions on some days, restricted to those that a key matches, if any."""
        day_sessions = {number for number, session in enumerate(self.sessions) if session.date in days}
        present = {
            number: NameMatch(number, 100, "date") for number in range(finder.size) if sessions_of[number] & day_sessions
        }
        if finder.is_empty(text):
            return list(present.values())
        matches = finder.find(text) or self._find_by_sessions(text, finder, day_sessions) or finder.find_partial(text)
        matches_present = [match for match in matches if match.number in present]
        return matches_present or [replace(match, score=ONLY_DAY) for match in present.values()]

    def _find_by_sessions(self, text: str, finder: NameIndex, allowed: Container[int] | None = None) -> list[NameMatch]:
        """Return the people of the sessions that a key matches, each once; empty for other finders.

        :param allowed: numbers of the sessions to consider; None for all.
        """
        matches: dict[int, NameMatch] = {}
        for session in self._session_finder.find(text) if finder is self._people_finder else ():
            for number in self._present[session.number] if allowed is None or session.number in allowed else ():
                matches.setdefault(number, replace(session, number=number, score=INDIRECT * session.score))
        return list(matches.values())


def session_finder(sessions: Sequence[Session]) -> NameIndex:
    """Build an index of sessions by title, by the people they name, by kind and by country."""
    titles = {session.id: session.title for session in sessions}
    printed: list[Printed] = []
    for number, session in enumerate(sessions):
        printed += [("title", session.title, number), ("title", PAUSE.sub("", session.title), number)]
    printed += [("agenda title", session.agenda_title or "", number) for number, session in enumerate(sessions)]
    for number, session in enumerate(sessions):
        printed += [(reason, text, number) for _, reason, text in person_properties(session)]
        printed.append(("part of", titles.get(session.parent or "", ""), number))
    return make_finder(len(sessions), printed, [{Term("kind", session.kind)} for session in sessions])


def people_finder(entries: Sequence[PersonEntry], sessions: Iterable[Session]) -> NameIndex:
    """Build an index of people by name, organisation, role and country, in every wording of the sessions."""
    numbers = {person_key(person.name): number for number, (person, _) in enumerate(entries)}
    printed: list[Printed] = []
    for session in sessions:
        printed += [(reason, text, numbers[person_key(person.name)]) for person, reason, text in person_properties(session)]
    return make_finder(len(entries), printed, [set() for _ in entries])


def organisation_finder(names: Sequence[str]) -> NameIndex:
    """Build an index of organisations by name and country."""
    return make_finder(
        len(names), [("organisation", name, number) for number, name in enumerate(names)], [set() for _ in names]
    )


def person_properties(session: Session) -> Iterator[tuple[Person, Reason, str]]:
    """Yield the printed properties of the people of a session."""
    for person, _ in participants(session):
        yield person, "name", person.name
        # A query `Annmary` matches Ann-Mary.
        yield person, "name", HYPHEN.sub("", person.name)
        yield person, "organisation", person.org or ""
        yield person, "role", person.role or ""
        yield person, "role", person.honorific or ""
    for office in session.offices:
        yield office.person, "role", office.title


def make_finder(size: int, printed: Sequence[Printed], meanings: list[set[Term]]) -> NameIndex:
    """Build an index of items by their printed properties.

    Countries and cities in all properties except names also count as meanings.

    :param size: number of items.
    :param meanings: terms of each item, extended in place.
    """
    texts: dict[Reason, dict[tuple[str, int], None]] = {}
    for (reason, _, number), text in zip(printed, name_keys([text for _, text, _ in printed]), strict=True):
        texts.setdefault(reason, {})[text, number] = None
        if reason != "name":
            meanings[number] |= find_countries(text)
    return NameIndex(
        size, {reason: list(pairs) for reason, pairs in texts.items()}, [frozenset(terms) for terms in meanings]
    )
