"""Scopes: the part of the reports that a question is put to, and the passages that lie in it."""

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

NEAREST = 3  # how many names an error offers instead of an unknown one


def sessions_within(scope: Scope, directory: Directory) -> tuple[Session, ...]:
    """The sessions and parts that lie in a scope wholly; a part lies in its session."""
    named = directory.session(scope.session) if scope.session else None
    speaking = sessions_of_speaker(scope, directory)

    def lies_within(session: Session) -> bool:
        return (
            (scope.session is None or (named is not None and is_part(session, named)))
            and (scope.day is None or session.date == scope.day)
            and (scope.speaker is None or session.id in speaking)
            and (scope.section is None or starts_with(session.section, scope.section))
            and (not scope.reports or any(is_of_report(session, report) for report in scope.reports))
        )

    return tuple(filter(lies_within, directory.sessions))


def passages_within(
    scope: Scope, directory: Directory, passages: Sequence[Passage], sentences: Sequence[Sentence]
) -> Ids | None:
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
            if is_of_report(session, passage.report) and any(starts_with(path, session.section) for path in paths[number])
        }

    found = set(range(len(passages)))
    if scope.session is not None:
        found &= inside(session for session in directory.sessions if session.id == scope.session)
    if scope.day is not None:
        found &= inside(session for session in directory.sessions if session.date == scope.day)
    if scope.speaker is not None:
        name, speaking = fold_text(scope.speaker), sessions_of_speaker(scope, directory)
        naming = {number for number, passage in enumerate(passages) if name in fold_text(passage.text)}
        found &= naming | inside(session for session in directory.sessions if session.id in speaking)
    if scope.reports:
        found &= {number for number, passage in enumerate(passages) if passage.report in scope.reports}
    if (section := scope.section) is not None:
        found &= {number for number, own in enumerate(paths) if any(starts_with(path, section) for path in own)}
    return np.array(sorted(found), np.int64)


def sessions_of_speaker(scope: Scope, directory: Directory) -> set[str]:
    """The ids of the sessions in which the scope's speaker appears."""
    entry = directory.person(scope.speaker) if scope.speaker else None
    return {appearance.session for appearance in entry[1]} if entry else set()


def describe_scope(scope: Scope, directory: Directory, titles: Mapping[str, str] | None = None) -> str:
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
    """The scope that somebody typed; `titles` are those of the reports, by their names.

    Raises UnknownNameError naming what is nearest to a word that means nothing here.
    """
    return Scope(
        session=None if session is None else resolve_session(directory, session),
        speaker=None if speaker is None else resolve_speaker(directory, speaker),
        day=None if day is None else resolve_date(directory, day),
        section=None if section is None else resolve_section(sections, section),
        reports=() if report is None else (resolve_report(titles or {}, report),),
    )


def resolve_session(directory: Directory, typed: str) -> str:
    """The id of the session that an id, or words of a title, name alone."""
    if found := directory.session(typed):
        return found.id
    matches = directory.find_sessions(typed)
    sole = only_match([match for match in matches if match.reason not in ("nearest", "country", "organisation", "role")])
    if sole is None:
        raise UnknownNameError("session", typed, (f"{match.item.id} {match.item.title}" for match in matches[:NEAREST]))
    found_id: str = sole.id
    return found_id


def resolve_speaker(directory: Directory, typed: str) -> str:
    """The name, as printed, of the only person whom a name or a part of one means."""
    if entry := directory.person(typed):
        return entry[0].name
    matches = directory.find_people(typed)
    sole = only_match([match for match in matches if match.reason == "name"])
    if sole is None:
        raise UnknownNameError("speaker", typed, (match.item[0].name for match in matches[:NEAREST]))
    name: str = sole[0].name
    return name


def only_match(matches: Sequence[Any]) -> Any:
    """What the best match is of, unless another one is as good."""
    alone = bool(matches) and all(match.score < matches[0].score for match in matches[1:])
    return matches[0].item if alone else None


def resolve_date(directory: Directory, typed: str) -> str:
    """The ISO date of the day that a date, a weekday or `day 2` names."""
    dates = {session.date for session in directory.on_day(typed)}
    if len(dates) != 1:
        raise UnknownNameError("day", typed, directory.days)
    return str(dates.pop())


def resolve_section(sections: Sequence[SectionPath], typed: str) -> SectionPath:
    """The outermost section whose title is, or else contains, the text; the first in the report of several."""
    wanted = fold_without_whitespace(typed)
    titles = {path: fold_without_whitespace(path[-1]) for path in sections}
    for fits in (wanted.__eq__, lambda title: bool(wanted) and wanted in title):
        if found := [path for path, title in titles.items() if fits(title)]:
            return min(found, key=len)
    nearest = process.extract(wanted, titles, scorer=fuzz.WRatio, limit=NEAREST)
    raise UnknownNameError("section", typed, (path[-1] for _, _, path in nearest))


def resolve_report(titles: Mapping[str, str], typed: str) -> str:
    """The name of the only report whose name or title is, or else contains, the text."""
    wanted = fold_without_whitespace(typed)
    for fits in (lambda own: own == wanted, lambda own: bool(wanted) and wanted in own):
        found = [
            name
            for name, title in titles.items()
            if fits(fold_without_whitespace(name)) or fits(fold_without_whitespace(title))
        ]
        if len(found) == 1:
            return found[0]
    nearest = process.extract(
        wanted, {name: fold_without_whitespace(title) for name, title in titles.items()}, limit=NEAREST
    )
    raise UnknownNameError("report", typed, (titles[name] for _, _, name in nearest))
