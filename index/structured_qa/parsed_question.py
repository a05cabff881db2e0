"""A question in pieces, and which sessions they name."""

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

# Tags that say nothing of their own, whatever is asked.
SILENT = frozenset({"fill", "and", "at", "about", "from", "from_after", "of", "subject", "report"})
SESSIONS = frozenset({"kind", "title", "topic", "date"})
NAMES = SESSIONS | {"person", "org", "role", "country"}
PEOPLE = frozenset({"people", "everyone", "speakers", "moderators", "delegates"})
TAKING_PART = PEOPLE | {"speak", "attend"}
# Beside one of these a part of a title names a session; elsewhere it may be anything that the session is about.
ANCHORS = frozenset({"session", "meeting", "kind"})
LINKS = frozenset({"fill", "from_after", "at", "of", "about"})  # may stand between the two
MODERATING = frozenset({"moderators", "people", "everyone", "attend"})


@dataclass(frozen=True)
class ParsedQuestion:
    """A question put to `sessions`, all or those of a scope. `scoped`, whether a scope names them in its place."""

    pieces: tuple[QuestionSpan, ...]
    directory: Directory
    sessions: tuple[Session, ...]
    scoped: bool = False

    @cached_property
    def tags(self) -> frozenset[str]:
        return frozenset(piece.tag for piece in self.pieces)

    @cached_property
    def names(self) -> frozenset[str]:
        return self.tags & NAMES

    @cached_property
    def words(self) -> frozenset[str]:
        return self.tags - NAMES - SILENT

    def only(self, *words: str) -> bool:
        """Whether the question holds no word of another kind than these."""
        return self.words <= set(words)

    def meant(self, *tags: str) -> frozenset[str]:
        """What all pieces of these tags stand for together."""
        return frozenset[str]().union(*(piece.means for piece in self.pieces if piece.tag in tags))

    @cached_property
    def is_spoken_for(self) -> bool:
        """Whether the question names one organisation or country, in words that somebody speaks for it."""
        places = [at for at, piece in enumerate(self.pieces) if piece.tag in ("org", "country")]
        if len(places) != 1:
            return False
        before = [piece.tag for piece in self.pieces[: places[0]] if piece.tag != "fill"][-1:]
        following = [piece.tag for piece in self.pieces[places[0] + 1 :] if piece.tag != "fill"]
        after = [tag for tag in following if tag not in ("from", "from_after")][:1]
        if before and before[0] in ("from", "of", "delegates"):
            return True
        owning = following == ["from_after"] or (bool(after) and after[0] in PEOPLE | {"who", "list"})
        return before not in (["at"], ["about"]) and owning

    @cached_property
    def person(self) -> str | None:
        """The name of the one person whom the question names."""
        names = [name for piece in self.pieces if piece.tag == "person" for name in piece.means]
        return names[0] if len(names) == 1 else None

    @cached_property
    def is_open_ended(self) -> bool:
        """Whether the question asks what was said, or names nothing that it is about."""
        what = "what" in self.words and not self.words & {"post", "agenda", "session"}
        return what or ("about" in self.tags and not self.names & {"topic", "title"})

    @cached_property
    def joined(self) -> bool:
        """Whether an `and` stands beside somebody's name, so that two may be meant, or one together with others."""
        linked = [piece.tag for piece in self.pieces if piece.tag != "fill"]
        beside = zip(linked, ["", *linked], [*linked[1:], ""], strict=False)
        return any(tag == "and" and {"person", "org", "country"} & {before, after} for tag, before, after in beside)

    @cached_property
    def acting(self) -> bool:
        """Whether the question names one organisation or country that does something."""
        places = [at for at, piece in enumerate(self.pieces) if piece.tag in ("org", "country")]
        before = [piece.tag for piece in self.pieces[: places[0]] if piece.tag != "fill"][-1:] if places else []
        return len(places) == 1 and before not in (["at"], ["about"])

    @cached_property
    def holders(self) -> frozenset[str]:
        """Who holds the post that the question names, in just the organisation that it names, not in a branch of it."""
        orgs = {piece.text for piece in self.pieces if piece.tag == "org"}
        exact = {person.name for person, _ in self.directory.people if person.org and phrase_key(person.org) in orgs}
        return self.meant("role") & exact

    @cached_property
    def chosen(self) -> tuple[Session, ...]:
        """The sessions that the question names, or else its scope; none where it is not clear which."""
        if not self.names & SESSIONS:
            return self.roots(self.sessions) if self.scoped else ()
        if not self._anchored:
            return ()
        naming = [piece for piece in self.pieces if piece.tag in SESSIONS - {"date"}]
        found = self.roots(session for session in self.sessions if self._on_day(session) and self._named(session, naming))
        several = not naming or "kind" in self.names
        return found if several or len(found) == 1 else ()

    @cached_property
    def _anchored(self) -> bool:
        """Whether every part of a title has a word by it that says that a session is meant."""
        linked = [piece.tag for piece in self.pieces if piece.tag not in LINKS]
        beside = zip(linked, ["", *linked], [*linked[1:], ""], strict=False)
        # What somebody spoke about need not be the session of that title.
        loose = {"topic", "title"} if "about" in self.tags else {"topic"}
        return all(ANCHORS & {before, after} for tag, before, after in beside if tag in loose)

    def _on_day(self, session: Session) -> bool:
        return all(session.date in piece.means for piece in self.pieces if piece.tag == "date")

    def _named(self, session: Session, naming: Sequence[QuestionSpan]) -> bool:
        """Whether every name is that of a session or of the one it is a part of, and one of them its own."""
        whole = self.directory.session(session.parent) if session.parent else None
        own = [bool({session.id, session.kind} & piece.means) for piece in naming]
        inherited = [whole is not None and bool({whole.id, whole.kind} & piece.means) for piece in naming]
        return all(map(max, own, inherited)) and (any(own) or not naming)

    def roots(self, sessions: Iterable[Session]) -> tuple[Session, ...]:
        """The sessions without those that are parts of another one of them."""
        found = tuple(sessions)
        ids = {session.id for session in found}
        return tuple(session for session in found if session.parent not in ids)

    def tree(self, sessions: Iterable[Session]) -> tuple[Session, ...]:
        """Sessions and all their parts that lie in the scope, in order."""
        wanted = tuple(sessions)
        return tuple(session for session in self.sessions if any(is_part(session, whole) for whole in wanted))

    def within(self, session: Session) -> list[Session]:
        """The parts of a session."""
        return [other for other in self.sessions if other.parent == session.id]

    def root(self, session: Session) -> str:
        """The id of the session that this is, or is a part of."""
        return session.parent or session.id


@dataclass(frozen=True, slots=True)
class Participation:
    """Someone in a session, and as what."""

    session: Session
    person: Person
    capacity: Capacity


def all_participations(sessions: Iterable[Session]) -> list[Participation]:
    """Every part that somebody takes, in order."""
    found: list[Participation] = []
    for session in sessions:
        found += [Participation(session, person, "moderator") for person in session.moderators]
        found += [Participation(session, person, "speaker") for person in session.speakers]
    return found


def session_speakers(asked: ParsedQuestion, session: Session) -> list[Participation]:
    """Who speaks in a session and its parts."""
    return [part for part in all_participations(asked.tree([session])) if part.capacity == "speaker"]


def select_participations(
    asked: ParsedQuestion, sessions: Iterable[Session], fits: Callable[[Participation], bool] = lambda _: True
) -> tuple[Participation, ...]:
    """The parts in sessions, and in the parts of these, that the question's words ask for.

    Who is named by prose and by a list of one session is taken from the list.
    """
    tree = all_participations(asked.tree(sessions))
    listed = {(asked.root(part.session), part.person.name) for part in tree if not part.person.from_prose}
    capacities = asked_capacities(asked.words)
    return tuple(
        part
        for part in tree
        if part.capacity in capacities
        and fits(part)
        and not (part.person.from_prose and (asked.root(part.session), part.person.name) in listed)
    )


def asked_capacities(words: frozenset[str]) -> set[Capacity]:
    """Whether a question's words mean who chaired, who spoke, or both."""
    if "moderators" in words and not words & TAKING_PART - MODERATING:
        return {"moderator"}
    if "speakers" in words and "moderators" not in words:
        return {"speaker"}
    return {"moderator", "speaker"}
