"""Find the lines of a report that prove a structured result, and cite them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from index.models import Capacity, Citation, Passage, Sentence, Session, report_of_session, starts_with
from index.structured_qa.parsed_question import Participation
from index.structured_qa.rules import StructuredResult
from index.text.dates import cut_day, find_day
from index.text.normalization import phrase_key
from index.text.times import fits_times


@dataclass(frozen=True, slots=True)
class SourceLine:
    """A sentence with its location, `passage.text[start:end]`.

    :param row: number of the sentence.
    :param key: phrase key of its text.
    """

    row: int
    passage: Passage
    sentence: Sentence
    start: int
    end: int
    key: str


@dataclass(frozen=True, slots=True)
class SourceQuote:
    """A citation, and the capacity in which it names people; None if it proves something else."""

    citation: Citation
    capacity: Capacity | None = None


class SourceLines:
    """The lines of all reports, split and cached per report on first use. Threads may share one."""

    def __init__(self, passages: Sequence[Passage], sentences: Sequence[Sentence], sessions: Sequence[Session]) -> None:
        self.passages, self.sentences = passages, sentences
        self.sessions = {session.id: session for session in sessions}
        self._rows: dict[str, list[int]] = {}
        for row, sentence in enumerate(sentences):
            self._rows.setdefault(passages[sentence.passage].report, []).append(row)
        self._lines: dict[str, tuple[SourceLine, ...]] = {}

    def of_report(self, session: Session) -> tuple[SourceLine, ...]:
        """Return the lines of a session's report."""
        report = report_of_session(session) or next(iter(self._rows))
        if report not in self._lines:
            self._lines[report] = tuple(split_lines(self.passages, self.sentences, self._rows[report]))
        return self._lines[report]

    def quote(self, result: StructuredResult) -> tuple[SourceQuote, ...]:
        """Return the citations of every line that a result rests on; empty if any line is missing."""
        lines: list[tuple[SourceLine, Capacity | None]] = []
        for part in result.parts:
            if (line := self._find_name(part)) is None:
                return ()
            lines.append((line, part.capacity))
        lines.sort(key=lambda pair: pair[0].row)
        for session in () if result.parts and not result.dating else result.sessions:
            session_lines = self._find_date_and_time(session, result) if result.dating else self._find_announcement(session)
            if not session_lines:
                return ()
            lines += [(line, None) for line in session_lines]
        return tuple(cite_lines(list(dict.fromkeys(lines))))

    def _lines_of(self, session: Session) -> list[SourceLine]:
        return [line for line in self.of_report(session) if starts_with(line.sentence.section, session.section)]

    def _find_name(self, part: Participation) -> SourceLine | None:
        """Return the line that names a person: the shortest one of a list, the first one of prose."""
        name = phrase_key(part.person.name)
        lines = [line for line in self._lines_of(part.session) if name in line.key]
        return min(lines, key=lambda line: 0 if part.person.from_prose else len(line.key), default=None)

    def _find_date_and_time(self, session: Session, result: StructuredResult) -> list[SourceLine]:
        """Return the line with the date of a session, or of its parent, and the timetable line of the session."""
        parent = self.sessions[session.parent] if session.parent else session
        dated = [
            (day, line)
            for line in self._lines_of(parent)
            if (day := find_day(line.sentence.text)) and day.fits(session.date)
        ]
        # A session of several days has no single date.
        if any((other := find_day(cut_day(line.sentence.text)[1])) and not other.fits(session.date) for _, line in dated):
            return []
        # A date with a year is the session's own; one without a year may belong to something that the line mentions.
        dated.sort(key=lambda pair: pair[0].year is None)
        date_lines = [line for _, line in dated[:1]]
        slots = self._find_slots(session)
        return slots + date_lines if result.time_first else date_lines + slots

    def _find_announcement(self, session: Session) -> list[SourceLine]:
        """Return a session's line of the timetable with the line of its day, or else its heading."""
        headings = [line for line in self._lines_of(session) if line.sentence.section == session.section]
        if not (slots := self._find_slots(session)):
            return headings[:1]
        preceding = (line for line in self.of_report(session) if line.row < slots[0].row)
        above = [line for line in preceding if line.passage is slots[0].passage]
        day_lines = [line for line in above if find_day(line.sentence.text)][-1:]
        has_date = find_day(slots[0].sentence.text) is not None
        return slots if has_date or not all(fits_session(line, session) for line in day_lines) else [*day_lines, *slots]

    def _find_slots(self, session: Session) -> list[SourceLine]:
        """Return the timetable line with the times and the title of a session; empty if there is none."""
        titles = [phrase_key(title) for title in (session.title, session.agenda_title) if title]
        slots = (
            line
            for line in self.of_report(session)
            if session.start
            and fits_times(line.sentence.text, session.start, session.end)
            and any(title in line.key for title in titles)
        )
        return list(slots)[:1]


def split_lines(passages: Sequence[Passage], sentences: Sequence[Sentence], rows: Iterable[int]) -> Iterator[SourceLine]:
    """Yield sentences as lines, each located in its passage.

    :param rows: sentence numbers, ascending.
    """
    owner, end = -1, 0
    for row in rows:
        sentence = sentences[row]
        passage = passages[sentence.passage]
        start = passage.text.index(sentence.text, end if sentence.passage == owner else 0)
        owner, end = sentence.passage, start + len(sentence.text)
        yield SourceLine(row, passage, sentence, start, end, phrase_key(sentence.text))


def fits_session(line: SourceLine, session: Session) -> bool:
    """Return whether a line names the date of a session."""
    day = find_day(line.sentence.text)
    return day is not None and day.fits(session.date)


def cite_lines(lines: Sequence[tuple[SourceLine, Capacity | None]]) -> Iterator[SourceQuote]:
    """Yield one citation for each run of consecutive lines with the same capacity."""
    runs: list[tuple[list[SourceLine], Capacity | None]] = []
    for line, capacity in lines:
        current = runs[-1] if runs else None
        if (
            current
            and current[1] == capacity
            and current[0][-1].passage is line.passage
            and current[0][-1].row + 1 == line.row
        ):
            current[0].append(line)
        else:
            runs.append(([line], capacity))
    for n, (run, capacity) in enumerate(runs, 1):
        first_line, last_line = run[0], run[-1]
        quote = first_line.passage.text[first_line.start : last_line.end]
        pages = first_line.sentence.pages[0], last_line.sentence.pages[1]
        yield SourceQuote(Citation(n, quote, first_line.passage.id, first_line.sentence.section, pages), capacity)
