"""Scopes: the part of the reports that a question is put to, and the passages that lie in it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from index.models import Passage, Scope, Sentence, Session, is_part, of_report, starts
from index.text.normalization import fold

if TYPE_CHECKING:
    from index.arrays import Numbers
    from index.lookup.directory import Directory


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
