"""Resolve scopes, which restrict a question to a part of the reports, and find the sessions and passages in them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from rapidfuzz import fuzz, process

from index.errors import UnknownNameError
from index.models import Passage, Scope, SectionPath, Sentence, Session, is_of_report, is_part, starts_with
from index.text.normalization import fold_text, fold_without_whitespace

if TYPE_CHECKING:
    from index.arrays import Ids
    from index.lookup.directory import Directory

NEAREST = 3  # suggestions of an error about an unknown name


def sessions_within(scope: Scope, directory: Directory) -> tuple[Session, ...]:
    """Return the sessions that lie entirely in a scope; a part lies in its session."""
    scope_session = directory.session(scope.session) if scope.session else None
    speaker_sessions = sessions_of_speaker(scope, directory)

    def lies_within(session: Session) -> bool:
        return (
            (scope.session is None or (scope_session is not None and is_part(session, scope_session)))
            and (scope.day is None or session.date == scope.day)
            and (scope.speaker is None or session.id in speaker_sessions)
            and (scope.section is None or starts_with(session.section, scope.section))
            and (not scope.reports or any(is_of_report(session, report) for report in scope.reports))
        )

    return tuple(filter(lies_within, directory.sessions))


def passages_within(
    scope: Scope, directory: Directory, passages: Sequence[Passage], sentences: Sequence[Sentence]
) -> Ids | None:
    """Return the numbers of the passages in a scope.

    A passage lies in a session, or under a heading, if it or one of its sentences does. It lies in the scope of a speaker
    also if it contains the name. All restrictions of a scope must hold.

    :return: ascending; None for an empty scope, which restricts nothing.
    """
    if not scope:
        return None
    if scope == Scope(reports=scope.reports):
        return np.array([number for number, passage in enumerate(passages) if passage.report in scope.reports], np.int64)
    paths = [{passage.section} for passage in passages]
    for sentence in sentences:
        paths[sentence.passage].add(sentence.section)

    def numbers_in(sessions: Iterable[Session]) -> set[int]:
        """Return the numbers of the passages in any of some sessions."""
        listed = list(sessions)
        return {
            number
            for number, passage in enumerate(passages)
            for session in listed
            if is_of_report(session, passage.report) and any(starts_with(path, session.section) for path in paths[number])
        }

    numbers = set(range(len(passages)))
    if scope.session is not None:
        numbers &= numbers_in(session for session in directory.sessions if session.id == scope.session)
    if scope.day is not None:
        numbers &= numbers_in(session for session in directory.sessions if session.date == scope.day)
    if scope.speaker is not None:
        name, speaker_sessions = fold_text(scope.speaker), sessions_of_speaker(scope, directory)
        naming = {number for number, passage in enumerate(passages) if name in fold_text(passage.text)}
        numbers &= naming | numbers_in(session for session in directory.sessions if session.id in speaker_sessions)
    if scope.reports:
        numbers &= {number for number, passage in enumerate(passages) if passage.report in scope.reports}
    if (section := scope.section) is not None:
        numbers &= {
            number for number, passage_paths in enumerate(paths) if any(starts_with(path, section) for path in passage_paths)
        }
    return np.array(sorted(numbers), np.int64)


def sessions_of_speaker(scope: Scope, directory: Directory) -> set[str]:
    """Return the ids of the sessions of a scope's speaker."""
    entry = directory.person(scope.speaker) if scope.speaker else None
    return {appearance.session for appearance in entry[1]} if entry else set()


def describe_scope(scope: Scope, directory: Directory, titles: Mapping[str, str] | None = None) -> str:
    """Return a scope in words of the report.

    :param titles: titles of the reports, by report name.
    """
    scope_session = directory.session(scope.session) if scope.session else None
    parts = (
        *((titles or {}).get(report, report) for report in scope.reports),
        scope_session.title if scope_session else scope.session,
        scope.speaker,
        scope.day,
        scope.section and " › ".join(scope.section),
    )
    return "、".join(part for part in parts if part)


def resolve_scope(
    directory: Directory,
    sections: Sequence[SectionPath],
    *,
    session: str | None = None,
    speaker: str | None = None,
    day: str | None = None,
    section: str | None = None,
    report: str | None = None,
    titles: Mapping[str, str] | None = None,
) -> Scope:
    """Return the scope that typed words name.

    :param titles: titles of the reports, by report name.
    :raises UnknownNameError: with the nearest names, if a word matches nothing or is ambiguous.
    """
    return Scope(
        session=None if session is None else resolve_session(directory, session),
        speaker=None if speaker is None else resolve_speaker(directory, speaker),
        day=None if day is None else resolve_date(directory, day),
        section=None if section is None else resolve_section(sections, section),
        reports=() if report is None else (resolve_report(titles or {}, report),),
    )


def resolve_session(directory: Directory, typed: str) -> str:
    """Return the id of the only session that an id or words of a title match.

    :raises UnknownNameError: if no session or several match.
    """
    if exact := directory.session(typed):
        return exact.id
    matches = directory.find_sessions(typed)
    sole = only_match([match for match in matches if match.reason not in ("nearest", "country", "organisation", "role")])
    if sole is None:
        raise UnknownNameError("session", typed, (f"{match.item.id} {match.item.title}" for match in matches[:NEAREST]))
    session_id: str = sole.id
    return session_id


def resolve_speaker(directory: Directory, typed: str) -> str:
    """Return the name, as printed, of the only person that a name or a part of one matches.

    :raises UnknownNameError: if no person or several match.
    """
    if entry := directory.person(typed):
        return entry[0].name
    matches = directory.find_people(typed)
    sole = only_match([match for match in matches if match.reason == "name"])
    if sole is None:
        raise UnknownNameError("speaker", typed, (match.item[0].name for match in matches[:NEAREST]))
    name: str = sole[0].name
    return name


def only_match(matches: Sequence[Any]) -> Any:
    """Return the item of the best match, or None if another match has the same score."""
    alone = bool(matches) and all(match.score < matches[0].score for match in matches[1:])
    return matches[0].item if alone else None


def resolve_date(directory: Directory, typed: str) -> str:
    """Return the ISO date of the day that a date, a weekday or `day 2` names.

    :raises UnknownNameError: if it names no day with sessions, or several.
    """
    dates = {session.date for session in directory.on_day(typed)}
    if len(dates) != 1:
        raise UnknownNameError("day", typed, directory.days)
    return str(dates.pop())


def resolve_section(sections: Sequence[SectionPath], typed: str) -> SectionPath:
    """Return the section whose title equals, or else contains, the text.

    Of several, the outermost one counts, then the first in the report.

    :raises UnknownNameError: if there is none.
    """
    key = fold_without_whitespace(typed)
    titles = {path: fold_without_whitespace(path[-1]) for path in sections}
    for matches in (key.__eq__, lambda title: bool(key) and key in title):
        if paths := [path for path, title in titles.items() if matches(title)]:
            return min(paths, key=len)
    nearest = process.extract(key, titles, scorer=fuzz.WRatio, limit=NEAREST)
    raise UnknownNameError("section", typed, (path[-1] for _, _, path in nearest))


def resolve_report(titles: Mapping[str, str], typed: str) -> str:
    """Return the name of the only report whose name or title equals, or else contains, the text.

    :raises UnknownNameError: if no report or several match.
    """
    key = fold_without_whitespace(typed)
    for matches in (lambda candidate: candidate == key, lambda candidate: bool(key) and key in candidate):
        names = [
            name
            for name, title in titles.items()
            if matches(fold_without_whitespace(name)) or matches(fold_without_whitespace(title))
        ]
        if len(names) == 1:
            return names[0]
    nearest = process.extract(key, {name: fold_without_whitespace(title) for name, title in titles.items()}, limit=NEAREST)
    raise UnknownNameError("report", typed, (titles[name] for _, _, name in nearest))
