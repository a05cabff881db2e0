"""Who takes which part in a session."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from index.models import Capacity, Person, Session
from index.structured_qa.parsed_question import TAKING_PART, Asked

MODERATING = frozenset({"moderators", "people", "everyone", "attend"})


@dataclass(frozen=True, slots=True)
class Part:
    """Someone in a session, and as what."""

    session: Session
    person: Person
    capacity: Capacity


def everyone(sessions: Iterable[Session]) -> list[Part]:
    """Every part that somebody takes, in order."""
    found: list[Part] = []
    for session in sessions:
        found += [Part(session, person, "moderator") for person in session.moderators]
        found += [Part(session, person, "speaker") for person in session.speakers]
    return found


def speakers(asked: Asked, session: Session) -> list[Part]:
    """Who speaks in a session and its parts."""
    return [part for part in everyone(asked.tree([session])) if part.capacity == "speaker"]


def parts_of(asked: Asked, sessions: Iterable[Session], fits: Callable[[Part], bool] = lambda _: True) -> tuple[Part, ...]:
    """The parts in sessions, and in the parts of these, that the question's words ask for.

    Who is named by prose and by a list of one session is taken from the list.
    """
    tree = everyone(asked.tree(sessions))
    listed = {(asked.root(part.session), part.person.name) for part in tree if not part.person.from_prose}
    capacities = capacities_of(asked.words)
    return tuple(
        part
        for part in tree
        if part.capacity in capacities
        and fits(part)
        and not (part.person.from_prose and (asked.root(part.session), part.person.name) in listed)
    )


def capacities_of(words: frozenset[str]) -> set[Capacity]:
    """Whether a question's words mean who chaired, who spoke, or both."""
    if "moderators" in words and not words & TAKING_PART - MODERATING:
        return {"moderator"}
    if "speakers" in words and "moderators" not in words:
        return {"speaker"}
    return {"moderator", "speaker"}
