"""Sum up reports, sessions and speeches by sentences of the report.

They are the most central ones, those nearest to the mean embedding of all sentences of a part, or the first ones below each
heading of the report's own summary, findings and advice. If a report has few of these, its overview adds central ones of its
chapters.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from index.arrays import Ids
from index.lookup.directory import Directory
from index.models import Citation, Passage, SectionPath, Sentence, Session, is_of_report, starts_with
from index.reports.passages import LEAD_IN
from index.reports.table_rows import is_row
from index.retrieval.candidate_retriever import CandidateRetriever
from index.structured_qa.summary_request import Kind, SummaryRequest, is_heading_of, recommends, speaker_of_line
from index.text.clauses import count_columns
from index.text.dates import find_day, read_dates
from index.text.normalization import fold_text

SENTENCES = 3
POINTS = 4  # of a speech, of findings and of advice
OVERVIEW_POINTS = 2  # of the report's own summary, of its findings, and of its advice
OPENING = 20  # sentences at the beginning of a longer report, of which an overview takes some, if it has no summary
REPORTS = 5  # that are summed up together
CHAPTERS = 6  # of which an overview has a sentence at most, if the report has few of these
NEAR_BEGINNING = 30  # sentences of a report, among which its event is dated
BETWEEN_DATES = 12  # characters between the first and the last day of an event, at most
SURNAME = 4  # letters that the last part of a name must have to stand for it
MIN_LENGTH = 28  # columns; a shorter sentence says too little on its own
# Running text ends with a full stop or the like; list entries do not.
SENTENCE_END = re.compile(r"[。！？.!?][」』）)”\"]*$")


@dataclass(frozen=True, slots=True)
class Summary:
    """Numbers of sentences that sum something up, in the order of the report.

    :param of_panel: whether they are those of a session of several speakers, since the report does not tell who said what.
    :param span: offsets in the only sentence of the words that answer; None if the sentences answer as a whole.
    """

    rows: tuple[int, ...]
    of_panel: bool = False
    span: tuple[int, int] | None = None


class Summarizer:
    """Chooses sentences from those of one generation."""

    def __init__(
        self, passages: Sequence[Passage], sentences: Sequence[Sentence], store: CandidateRetriever, directory: Directory
    ) -> None:
        self.passages, self.sentences, self.store, self.directory = passages, sentences, store, directory

    def summarize(self, request: SummaryRequest, reports: Sequence[str], within: Ids | None = None) -> Summary:
        """Choose what a request asks for.

        :param reports: names of the reports to sum up.
        :param within: numbers of the passages of a part to sum up instead of the reports; None for none.
        :return: without rows if the reports have no such text.
        """
        if request.kind == "session":
            return Summary(tuple(row for session in request.sessions for row in self.session_rows(session)))
        if request.kind == "dates":
            return self.event_dates()
        if request.kind == "speech":
            return self.speech(request.person)
        if within is not None:
            numbers = set(within.tolist())
            rows = self.running_text(lambda sentence: sentence.passage in numbers)
            return Summary(tuple(self.spread_points(rows, POINTS)))
        limit = None if len(reports) == 1 else OVERVIEW_POINTS
        chosen = (self.report_rows(report, request.kind)[:limit] for report in reports[:REPORTS])
        return Summary(tuple(row for rows in chosen for row in rows))

    def session_rows(self, session: Session) -> list[int]:
        """Return up to `SENTENCES` sentences of a session, from different subsections if it has several.

        Text above the first subsection says what follows, so it comes last.
        """
        rows = self.running_text(lambda sentence: self.lies_in_session(session, sentence))
        ranked = self.rank_by_centrality(rows)
        groups = [top_subsection(session, self.sentences[row]) for row in ranked]
        interleaved = interleave_groups(ranked, groups)
        return sorted(sorted(interleaved, key=lambda row: self.sentences[row].section == session.section)[:SENTENCES])

    def speech(self, person: str) -> Summary:
        """Choose the main points of what somebody said: of text that the report ascribes to them, else of their sessions."""
        entry = self.directory.person(person)
        ids = {appearance.session for appearance in entry[1]} if entry else set[str]()
        sessions = [session for session in self.directory.sessions if session.id in ids]
        ascribed = sorted({row for session in sessions for row in self.ascribed_rows(person, session)})
        if not entry:
            # Minutes list what somebody said below their name.
            ascribed = self.running_text(lambda each: any(names_person(item, person) for item in each.parents))
        if ascribed:
            return Summary(tuple(self.spread_points(ascribed, POINTS)))
        parents = {session.parent for session in sessions}
        parts = [session for session in sessions if session.id not in parents]
        return Summary(tuple(row for session in parts for row in self.session_rows(session)), of_panel=True)

    def event_dates(self) -> Summary:
        """Find the sentence that gives the first and the last day of most sessions, or else the first full date printed."""
        days = [session.date for session in self.directory.sessions if session.date and not session.parent]
        best, found = 1, Summary(())
        for row in self.running_text(lambda _: True):
            text = self.sentences[row].text
            for first, last in pairwise(read_dates(text)):
                since, until = (iso_day(text[each.start : each.end], days) for each in (first, last))
                covered = sum(since <= day <= until for day in days) if since and until and since < until else 0
                if covered > best and last.start - first.end <= BETWEEN_DATES:
                    best, found = covered, Summary((row,), span=(first.start, last.end))
        return found if found.rows else self.first_date()

    def first_date(self) -> Summary:
        """Find the first day that is printed with its year near the beginning of the reports."""
        for row, sentence in enumerate(self.sentences[:NEAR_BEGINNING]):
            for date in read_dates(sentence.text) if sentence.quotable else ():
                day = find_day(sentence.text[date.start : date.end])
                if day and day.year:
                    return Summary((row,), span=(date.start, date.end))
        return Summary(())

    def ascribed_rows(self, person: str, session: Session) -> list[int]:
        """Return the running text of a session that is by somebody alone, follows a lead-in that names them, or does."""
        in_session = [row for row, each in enumerate(self.sentences) if self.lies_in_session(session, each)]
        below = [row for row in in_session if any(names_person(item, person) for item in self.sentences[row].parents)]
        if below:
            return [row for row in below if self.is_running_text(self.sentences[row])]
        has_parts = any(other.parent == session.id for other in self.directory.sessions)
        if len(session.speakers) == 1 and not session.moderators and not has_parts:
            return [row for row in in_session if self.is_running_text(self.sentences[row])]
        following: list[int] = []
        naming: list[int] = []
        led: SectionPath | None = None  # the section of the lead-in that names the person
        for row in in_session:
            sentence = self.sentences[row]
            named = names_person(sentence.text, person)
            if LEAD_IN.search(sentence.text):
                led = sentence.section if named else None if is_lead_in_of_others(sentence, session) else led
            if self.is_running_text(sentence):
                following += [row] if led is not None and starts_with(sentence.section, led) else []
                naming += [row] if named else []
        return following or naming

    def report_rows(self, report: str, kind: Kind) -> list[int]:
        """Choose sentences of a report's summary, findings and advice, of one of these, or else of its chapters."""
        rows = self.running_text(lambda sentence: self.passages[sentence.passage].report == report)
        if kind != "overview":
            return self.points_below(rows, kind, POINTS)
        own = [row for row in rows if is_heading_of("summary", "".join(self.sentences[row].section[:1]))]
        below = [row for part in ("findings", "advice") for row in self.points_below(rows, part, OVERVIEW_POINTS)]
        # A report without a summary says at its beginning what it is about.
        opening = self.rank_by_centrality(rows[:OPENING])[:OVERVIEW_POINTS] if len(rows) > 2 * OPENING else []
        chosen = {*own[:1], *self.rank_by_centrality(own[1:])[: OVERVIEW_POINTS - 1], *below, *([] if own else opening)}
        return sorted(chosen if len(chosen) >= POINTS else {*chosen, *self.chapter_points(rows, chosen)})

    def chapter_points(self, rows: Sequence[int], chosen: Collection[int]) -> list[int]:
        """Return the most central sentence of each of the longest chapters that no chosen sentence is from.

        With those of the chosen ones, there are at most `CHAPTERS`. A report of one chapter gives its main points.
        """
        chapters = group_rows(rows, [self.sentences[row].section[:1] for row in rows])
        if len(chapters) == 1:
            return self.spread_points(rows, POINTS)
        others = [chapter for chapter in chapters if not set(chapter) & set(chosen)]
        longest = sorted(others, key=len, reverse=True)[: CHAPTERS - (len(chapters) - len(others))]
        return [self.rank_by_centrality(chapter)[0] for chapter in longest]

    def points_below(self, rows: Sequence[int], kind: str, limit: int) -> list[int]:
        """Return a sentence below each subheading of a kind of section, or its main points if it has none.

        It is the first one, and of advice the first that recommends something.
        """
        paths = dict.fromkeys(self.sentences[row].section[:depth] for row in rows for depth in range(1, 9))
        matching = [path for path in paths if path and is_heading_of(kind, path[-1])]
        # Of `3. Findings and advice` and `3.2 Advice` in it, the inner one.
        inner = [path for path in matching if not any(starts_with(other, path) and other != path for other in matching)]
        if not inner:
            return []
        within = [row for row in rows if starts_with(self.sentences[row].section, inner[0])]
        subsections = group_rows(within, [self.sentences[row].section[: len(inner[0]) + 1] for row in within])
        if len(subsections) <= 1:
            return self.spread_points(within, limit)
        recommending = [
            [row for row in group if kind == "advice" and recommends(self.sentences[row].text)] for group in subsections
        ]
        return [(best or group)[0] for best, group in zip(recommending, subsections, strict=True)][:limit]

    def spread_points(self, rows: Sequence[int], limit: int) -> list[int]:
        """Cut rows into as many runs of equal length as there may be points, and return the most central of each."""
        parts = [part.tolist() for part in np.array_split(np.array(rows, np.int64), limit) if len(part)]
        return [self.rank_by_centrality(part)[0] for part in parts]

    def rank_by_centrality(self, rows: Sequence[int]) -> list[int]:
        """Return rows, the most central first."""
        if not rows:
            return []
        vectors = self.store.vectors(np.array(rows, np.int64))
        return [rows[at] for at in np.argsort(-(vectors @ vectors.mean(axis=0)), kind="stable").tolist()]

    def running_text(self, lies_within: Callable[[Sentence], bool]) -> list[int]:
        """Return the numbers of the sentences of running text that lie in a part of the reports."""
        return [row for row, each in enumerate(self.sentences) if lies_within(each) and self.is_running_text(each)]

    def lies_in_session(self, session: Session, sentence: Sentence) -> bool:
        report = self.passages[sentence.passage].report
        return starts_with(sentence.section, session.section) and is_of_report(session, report)

    def is_running_text(self, sentence: Sentence) -> bool:
        """Return whether a sentence is quotable running text, or a point below an item of a list."""
        return (
            sentence.quotable
            and count_columns(sentence.text) >= MIN_LENGTH
            and (SENTENCE_END.search(sentence.text) is not None or is_point(sentence))
            and not is_row(sentence.text)
            and sentence.text in self.passages[sentence.passage].text
        )

    def cite(self, rows: Iterable[int]) -> tuple[Citation, ...]:
        """Return sentences as citations."""
        return tuple(
            Citation(n, each.text, self.passages[each.passage].id, each.place, each.pages)
            for n, each in enumerate((self.sentences[row] for row in rows), 1)
        )


def is_point(sentence: Sentence) -> bool:
    """Return whether a sentence is an item below another one of a list, and no line about a person."""
    return bool(sentence.parents) and speaker_of_line(sentence.text) is None


def iso_day(text: str, days: Iterable[str]) -> str | None:
    """Return the day of an event that a text names, in ISO 8601, or None."""
    day = find_day(text)
    return next((iso for iso in days if day and day.fits(iso)), None)


def names_person(text: str, person: str) -> bool:
    """Return whether a text contains a name, or the last part of one in Latin letters."""
    folded, last = fold_text(text), fold_text(person).split()[-1:]
    return fold_text(person) in folded or any(len(name) >= SURNAME and name in folded for name in last)


def is_lead_in_of_others(sentence: Sentence, session: Session) -> bool:
    """Return whether a lead-in names a speaker of a session."""
    return any(names_person(sentence.text, speaker.name) for speaker in session.speakers)


def group_rows(rows: Sequence[int], paths: Sequence[SectionPath]) -> list[list[int]]:
    """Group rows by their paths, in the order of the first of each."""
    groups: dict[SectionPath, list[int]] = {}
    for row, path in zip(rows, paths, strict=True):
        groups.setdefault(path, []).append(row)
    return list(groups.values())


def top_subsection(session: Session, sentence: Sentence) -> SectionPath:
    """Return the place of a sentence, cut to one level below the session's section."""
    return sentence.place[: len(session.section) + 1]


def interleave_groups(ranked: Sequence[int], groups: Sequence[SectionPath]) -> list[int]:
    """Reorder ranked rows so that the best of each group come before the second best of any group.

    :param ranked: rows, best first.
    :param groups: the group of each row.
    """
    group_ranks = [groups[:rank].count(group) for rank, group in enumerate(groups)]
    return [row for _, _, row in sorted(zip(group_ranks, range(len(ranked)), ranked, strict=True))]
