"""Interpret a parsed question: its names, its intents, and the sessions and participations that it selects."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from index.models import Capacity, Person, Session, is_part
from index.structured_qa.question_parser import QuestionSpan
from index.text.normalization import phrase_key

if TYPE_CHECKING:
    from index.lookup.directory import Directory

# Tags without a meaning of their own.
SILENT = frozenset({"fill", "and", "at", "about", "from", "from_after", "of", "subject", "report"})
SESSIONS = frozenset({"kind", "title", "topic", "date"})
NAMES = SESSIONS | {"person", "org", "role", "country"}
PEOPLE = frozenset({"people", "everyone", "speakers", "moderators", "delegates"})
TAKING_PART = PEOPLE | {"speak", "attend"}
# Beside one of these tags a part of a title names a session; elsewhere it may be just a topic.
ANCHORS = frozenset({"session", "meeting", "kind"})
LINKS = frozenset({"fill", "from_after", "at", "of", "about"})  # may stand between anchor and title
MODERATING = frozenset({"moderators", "people", "everyone", "attend"})


@dataclass(frozen=True)
class ParsedQuestion:
    """The spans of a question, and the sessions that it may be about.

    :param sessions: all sessions, or those of a scope.
    :param scoped: whether the scope stands for sessions if the question names none.
    """

    pieces: tuple[QuestionSpan, ...]
    directory: Directory
    sessions: tuple[Session, ...]
    scoped: bool = False

    @cached_property
    def tags(self) -> frozenset[str]:
        """The tags of all spans."""
        return frozenset(piece.tag for piece in self.pieces)

    @cached_property
    def names(self) -> frozenset[str]:
        """The tags that name something in the reports."""
        return self.tags & NAMES

    @cached_property
    def words(self) -> frozenset[str]:
        """The tags of intents: neither names nor silent words."""
        return self.tags - NAMES - SILENT

    def only(self, *words: str) -> bool:
        """Return whether all intents of the question are among these."""
        return self.words <= set(words)

    def meant(self, *tags: str) -> frozenset[str]:
        """Return the union of the meanings of all spans with these tags."""
        return frozenset[str]().union(*(piece.means for piece in self.pieces if piece.tag in tags))

    @cached_property
    def is_spoken_for(self) -> bool:
        """Whether the question names one organisation or country as what people belong to or speak for."""
        positions = [position for position, piece in enumerate(self.pieces) if piece.tag in ("org", "country")]
        if len(positions) != 1:
            return False
        before = [piece.tag for piece in self.pieces[: positions[0]] if piece.tag != "fill"][-1:]
        following = [piece.tag for piece in self.pieces[positions[0] + 1 :] if piece.tag != "fill"]
        after = [tag for tag in following if tag not in ("from", "from_after")][:1]
        if before and before[0] in ("from", "of", "delegates"):
            return True
        is_owner = following == ["from_after"] or (bool(after) and after[0] in PEOPLE | {"who", "list"})
        return before not in (["at"], ["about"]) and is_owner

    @cached_property
    def person(self) -> str | None:
        """The name of the only person that the question names, or None."""
        names = [name for piece in self.pieces if piece.tag == "person" for name in piece.means]
        return names[0] if len(names) == 1 else None

    @cached_property
    def is_open_ended(self) -> bool:
        """Whether the question asks for content, or names no title or topic that it is about."""
        asks_content = "what" in self.words and not self.words & {"post", "agenda", "session"}
        return asks_content or ("about" in self.tags and not self.names & {"topic", "title"})

    @cached_property
    def joined(self) -> bool:
        """Whether an `and` stands beside a person, organisation or country, so that several may be meant."""
        tags = [piece.tag for piece in self.pieces if piece.tag != "fill"]
        triples = zip(tags, ["", *tags], [*tags[1:], ""], strict=False)
        return any(tag == "and" and {"person", "org", "country"} & {before, after} for tag, before, after in triples)

    @cached_property
    def acting(self) -> bool:
        """Whether the question names one organisation or country, not as a place or topic."""
        positions = [position for position, piece in enumerate(self.pieces) if piece.tag in ("org", "country")]
        before = [piece.tag for piece in self.pieces[: positions[0]] if piece.tag != "fill"][-1:] if positions else []
        return len(positions) == 1 and before not in (["at"], ["about"])

    @cached_property
    def holders(self) -> frozenset[str]:
        """The people with the named role in exactly the named organisation, not in a branch of it."""
        orgs = {piece.text for piece in self.pieces if piece.tag == "org"}
        members = {person.name for person, _ in self.directory.people if person.org and phrase_key(person.org) in orgs}
        return self.meant("role") & members

    @cached_property
    def chosen(self) -> tuple[Session, ...]:
        """The sessions that the question names, else those of its scope; empty if the choice is ambiguous."""
        if not self.names & SESSIONS:
            return self.roots(self.sessions) if self.scoped else ()
        if not self._is_anchored:
            return ()
        naming = [piece for piece in self.pieces if piece.tag in SESSIONS - {"date"}]
        sessions = self.roots(
            session for session in self.sessions if self._is_on_day(session) and self._matches_names(session, naming)
        )
        several = not naming or "kind" in self.names
        return sessions if several or len(sessions) == 1 else ()

    @cached_property
    def _is_anchored(self) -> bool:
        """Whether every part of a title stands beside a word for a session."""
        tags = [piece.tag for piece in self.pieces if piece.tag not in LINKS]
        triples = zip(tags, ["", *tags], [*tags[1:], ""], strict=False)
        # After `about` even most of a title may be a topic.
        ambiguous = {"topic", "title"} if "about" in self.tags else {"topic"}
        return all(ANCHORS & {before, after} for tag, before, after in triples if tag in ambiguous)

    def _is_on_day(self, session: Session) -> bool:
        return all(session.date in piece.means for piece in self.pieces if piece.tag == "date")

    def _matches_names(self, session: Session, naming: Sequence[QuestionSpan]) -> bool:
        """Return whether each name is that of the session or of its parent, and at least one its own."""
        parent = self.directory.session(session.parent) if session.parent else None
        own = [bool({session.id, session.kind} & piece.means) for piece in naming]
        inherited = [parent is not None and bool({parent.id, parent.kind} & piece.means) for piece in naming]
        return all(map(max, own, inherited)) and (any(own) or not naming)

    def roots(self, sessions: Iterable[Session]) -> tuple[Session, ...]:
        """Return the sessions without those whose parent is among them."""
        candidates = tuple(sessions)
        ids = {session.id for session in candidates}
        return tuple(session for session in candidates if session.parent not in ids)

    def tree(self, sessions: Iterable[Session]) -> tuple[Session, ...]:
        """Return sessions with all their parts, limited to the scope, in order."""
        wholes = tuple(sessions)
        return tuple(session for session in self.sessions if any(is_part(session, whole) for whole in wholes))

    def within(self, session: Session) -> list[Session]:
        """Return the parts of a session."""
        return [other for other in self.sessions if other.parent == session.id]

    def root(self, session: Session) -> str:
        """Return the id of the parent of a session, or its own if it has none."""
        return session.parent or session.id


@dataclass(frozen=True, slots=True)
class Participation:
    """A person in a session, with a capacity."""

    session: Session
    person: Person
    capacity: Capacity


def all_participations(sessions: Iterable[Session]) -> list[Participation]:
    """Return every participation in sessions: of each session the moderators, then the speakers."""
    participations: list[Participation] = []
    for session in sessions:
        participations += [Participation(session, person, "moderator") for person in session.moderators]
        participations += [Participation(session, person, "speaker") for person in session.speakers]
    return participations


def session_speakers(question: ParsedQuestion, session: Session) -> list[Participation]:
    """Return the speakers of a session and its parts."""
    return [part for part in all_participations(question.tree([session])) if part.capacity == "speaker"]


def select_participations(
    question: ParsedQuestion, sessions: Iterable[Session], fits: Callable[[Participation], bool] = lambda _: True
) -> tuple[Participation, ...]:
    """Return the participations in sessions and their parts that the question asks for.

    A person named by both prose and a list of one session is taken from the list.

    :param fits: a further condition.
    """
    tree = all_participations(question.tree(sessions))
    listed = {(question.root(part.session), part.person.name) for part in tree if not part.person.from_prose}
    capacities = asked_capacities(question.words)
    return tuple(
        part
        for part in tree
        if part.capacity in capacities
        and fits(part)
        and not (part.person.from_prose and (question.root(part.session), part.person.name) in listed)
    )


def asked_capacities(words: frozenset[str]) -> set[Capacity]:
    """Return whether the intents of a question mean moderators, speakers, or both."""
    if "moderators" in words and not words & TAKING_PART - MODERATING:
        return {"moderator"}
    if "speakers" in words and "moderators" not in words:
        return {"speaker"}
    return {"moderator", "speaker"}
