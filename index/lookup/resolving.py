"""What somebody typed -> the scope that it names, or an error that offers what is nearest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from rapidfuzz import fuzz, process

from index.errors import UnknownNameError
from index.models import Scope, SectionPath
from index.text.normalization import fold

if TYPE_CHECKING:
    from index.lookup.directory import Directory

NEAREST = 3  # how many names an error offers instead of an unknown one


def resolve(
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
        session=None if session is None else session_id(directory, session),
        speaker=None if speaker is None else speaker_name(directory, speaker),
        day=None if day is None else date(directory, day),
        section=None if section is None else section_path(sections, section),
        reports=() if report is None else (report_name(titles or {}, report),),
    )


def session_id(directory: Directory, typed: str) -> str:
    """The id of the session that an id, or words of a title, name alone."""
    if found := directory.session(typed):
        return found.id
    matches = directory.find_sessions(typed)
    sole = only([match for match in matches if match.reason not in ("nearest", "country", "organisation", "role")])
    if sole is None:
        raise UnknownNameError("session", typed, (f"{match.item.id} {match.item.title}" for match in matches[:NEAREST]))
    found_id: str = sole.id
    return found_id


def speaker_name(directory: Directory, typed: str) -> str:
    """The name, as printed, of the only person whom a name or a part of one means."""
    if entry := directory.person(typed):
        return entry[0].name
    matches = directory.find_people(typed)
    sole = only([match for match in matches if match.reason == "name"])
    if sole is None:
        raise UnknownNameError("speaker", typed, (match.item[0].name for match in matches[:NEAREST]))
    name: str = sole[0].name
    return name


def only(matches: Sequence[Any]) -> Any:
    """What the best match is of, unless another one is as good."""
    alone = bool(matches) and all(match.score < matches[0].score for match in matches[1:])
    return matches[0].item if alone else None


def date(directory: Directory, typed: str) -> str:
    """The ISO date of the day that a date, a weekday or `day 2` names."""
    dates = {session.date for session in directory.on_day(typed)}
    if len(dates) != 1:
        raise UnknownNameError("day", typed, directory.days)
    return str(dates.pop())


def section_path(sections: Sequence[SectionPath], typed: str) -> SectionPath:
    """The outermost section whose title is, or else contains, the text; the first in the report of several."""
    wanted = squeeze(typed)
    titles = {path: squeeze(path[-1]) for path in sections}
    for fits in (wanted.__eq__, lambda title: bool(wanted) and wanted in title):
        if found := [path for path, title in titles.items() if fits(title)]:
            return min(found, key=len)
    nearest = process.extract(wanted, titles, scorer=fuzz.WRatio, limit=NEAREST)
    raise UnknownNameError("section", typed, (path[-1] for _, _, path in nearest))


def report_name(titles: Mapping[str, str], typed: str) -> str:
    """The name of the only report whose name or title is, or else contains, the text."""
    wanted = squeeze(typed)
    for fits in (lambda own: own == wanted, lambda own: bool(wanted) and wanted in own):
        found = [name for name, title in titles.items() if fits(squeeze(name)) or fits(squeeze(title))]
        if len(found) == 1:
            return found[0]
    nearest = process.extract(wanted, {name: squeeze(title) for name, title in titles.items()}, limit=NEAREST)
    raise UnknownNameError("report", typed, (titles[name] for _, _, name in nearest))


def squeeze(text: str) -> str:
    return "".join(fold(text).split())
