"""Scopes: the part of the reports that a question is put to, and the passages that lie in it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from index.models import Passage, SectionPath, Session
from index.sentences import Sentence
from index.terms import fold

if TYPE_CHECKING:
    from index.lookup import Directory
    from index.vector_store import Numbers


@dataclass(frozen=True, slots=True)
class Scope:
    """Restricts a question to a part of the reports; an empty scope restricts nothing. Resolved against a Directory."""

    session: str | None = None  # session id
    speaker: str | None = None  # exact name
    day: str | None = None  # ISO date
    section: SectionPath | None = None
    reports: tuple[str, ...] = ()  # any of these, by their names, as passage ids begin with them

    def __bool__(self) -> bool:
        return any((self.session, self.speaker, self.day, self.section, self.reports))

    @property
    def stands_for_sessions(self) -> bool:
        """Whether a question that names no session means those within: not where a speaker's passages lie beside them, nor
        in several reports, which are no nearer to one session than all are."""
        return not self.speaker and (len(self.reports) == 1 or any((self.session, self.day, self.section)))


def sessions_within(scope: Scope, directory: Directory) -> tuple[Session, ...]:
    """The sessions and parts that lie in a scope wholly; a part lies in its session."""
    named = directory.session(scope.session) if scope.session else None
    speaking = speaking_in(scope, directory)

    def lies_within(session: Session) -> bool:
        return (
            (scope.session is None or (named is not None and is_part(session, named)))
            and (scope.day is None or session.date == scope.day)
            and (scope.speaker is None or session.id in speaking)
            and (scope.section is None or starts(session.section, scope.section))
            and (not scope.reports or any(of_report(session, report) for report in scope.reports))
        )

    return tuple(filter(lies_within, directory.sessions))


def passages_within(
    scope: Scope, directory: Directory, passages: Sequence[Passage], sentences: Sequence[Sentence]
) -> Numbers | None:
    """The numbers of the passages in a scope, ascending; None for an empty scope, which restricts nothing.

    A passage lies in a session, or under a heading, if it or one of its sentences does; and in the scope of a speaker
    also if it contains the name. Several restrictions hold together.
    """
    if not scope:
        return None
    if scope == Scope(reports=scope.reports):
        return np.array([number for number, passage in enumerate(passages) if passage.report in scope.reports], np.int64)
    paths = [{passage.section} for passage in passages]
    for sentence in sentences:
        paths[sentence.passage].add(sentence.section)

    def inside(sessions: Iterable[Session]) -> set[int]:
        wanted = list(sessions)
        return {
            number
            for number, passage in enumerate(passages)
            for session in wanted
            if of_report(session, passage.report) and any(starts(path, session.section) for path in paths[number])
        }

    found = set(range(len(passages)))
    if scope.session is not None:
        found &= inside(session for session in directory.sessions if session.id == scope.session)
    if scope.day is not None:
        found &= inside(session for session in directory.sessions if session.date == scope.day)
    if scope.speaker is not None:
        name, speaking = fold(scope.speaker), speaking_in(scope, directory)
        naming = {number for number, passage in enumerate(passages) if name in fold(passage.text)}
        found &= naming | inside(session for session in directory.sessions if session.id in speaking)
    if scope.reports:
        found &= {number for number, passage in enumerate(passages) if passage.report in scope.reports}
    if (section := scope.section) is not None:
        found &= {number for number, own in enumerate(paths) if any(starts(path, section) for path in own)}
    return np.array(sorted(found), np.int64)


def speaking_in(scope: Scope, directory: Directory) -> set[str]:
    """The ids of the sessions in which the scope's speaker appears."""
    entry = directory.person(scope.speaker) if scope.speaker else None
    return {appearance.session for appearance in entry[1]} if entry else set()


def is_part(session: Session, whole: Session) -> bool:
    """Whether a session is `whole` or a part of it."""
    return whole.id in (session.id, session.parent)


def report_of(session: Session) -> str:
    """The name of the report that a session is of, with which its id begins; empty where there is only one."""
    return session.id.rpartition(":")[0]


def of_report(session: Session, report: str) -> bool:
    """Whether a session is of a report."""
    return report_of(session) in ("", report)


def starts(path: SectionPath, prefix: SectionPath) -> bool:
    return path[: len(prefix)] == prefix


def describe(scope: Scope, directory: Directory, titles: Mapping[str, str] | None = None) -> str:
    """A scope in words of the report; `titles` are those of reports by their names."""
    named = directory.session(scope.session) if scope.session else None
    parts = (
        *((titles or {}).get(report, report) for report in scope.reports),
        named.title if named else scope.session,
        scope.speaker,
        scope.day,
        scope.section and " › ".join(scope.section),
    )
    return "、".join(part for part in parts if part)
