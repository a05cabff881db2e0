"""Where a report says who took part in a session, and when it was: its own lines, as citations."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from index.models import Capacity, Citation, Passage, Sentence, Session, report_of_session, starts_with
from index.structured_qa.parsed_question import Participation
from index.structured_qa.rules import StructuredResult
from index.text.dates import cut_day, find_day, find_times
from index.text.normalization import phrase_key


@dataclass(frozen=True, slots=True)
class SourceLine:
    """A sentence and where it stands, `passage.text[start:end]`; `key` is its text as phrases match."""

    row: int
    passage: Passage
    sentence: Sentence
    start: int
    end: int
    key: str


@dataclass(frozen=True, slots=True)
class SourceQuote:
    """A citation, and as what it shows people; None for one that shows something else."""

    citation: Citation
    capacity: Capacity | None = None


class SourceLines:
    """Every line of the reports, each report's found when it is first asked for. Threads may share one."""

    def __init__(self, passages: Sequence[Passage], sentences: Sequence[Sentence], sessions: Sequence[Session]) -> None:
        self.passages, self.sentences = passages, sentences
        self.sessions = {session.id: session for session in sessions}
        self._rows: dict[str, list[int]] = {}
        for row, sentence in enumerate(sentences):
            self._rows.setdefault(passages[sentence.passage].report, []).append(row)
        self._lines: dict[str, tuple[SourceLine, ...]] = {}

    def of_report(self, session: Session) -> tuple[SourceLine, ...]:
        """The lines of the report that a session is of."""
        report = report_of_session(session) or next(iter(self._rows))
        if report not in self._lines:
            self._lines[report] = tuple(split_lines(self.passages, self.sentences, self._rows[report]))
        return self._lines[report]

    def quote(self, finding: StructuredResult) -> tuple[SourceQuote, ...]:
        """Every line that a finding rests on; none at all where one of them is not to be found."""
        found: list[tuple[SourceLine, Capacity | None]] = []
        for part in finding.parts:
            if (line := self._naming(part)) is None:
                return ()
            found.append((line, part.capacity))
        found.sort(key=lambda pair: pair[0].row)
        for session in () if finding.parts and not finding.dating else finding.sessions:
            telling = self._date_and_time(session, finding) if finding.dating else self._announcing(session)
            if not telling:
                return ()
            found += [(line, None) for line in telling]
        return tuple(cite_lines(list(dict.fromkeys(found))))

    def _of(self, session: Session) -> list[SourceLine]:
        return [line for line in self.of_report(session) if starts_with(line.sentence.section, session.section)]

    def _naming(self, part: Participation) -> SourceLine | None:
        """The line that names somebody: of a list the shortest, of prose the first."""
        name = phrase_key(part.person.name)
        found = [line for line in self._of(part.session) if name in line.key]
        return min(found, key=lambda line: 0 if part.person.from_prose else len(line.key), default=None)

    def _date_and_time(self, session: Session, finding: StructuredResult) -> list[SourceLine]:
        """The line of a session's date, that of the whole for a part, and its line of the timetable."""
        whole = self.sessions[session.parent] if session.parent else session
        dated = [(day, line) for line in self._of(whole) if (day := find_day(line.sentence.text)) and day.fits(session.date)]
        # What went on for days has no date that answers when it was.
        if any((other := find_day(cut_day(line.sentence.text)[1])) and not other.fits(session.date) for _, line in dated):
            return []
        # A date in full is the session's own; one without a year may be that of something which it mentions.
        dated.sort(key=lambda pair: pair[0].year is None)
        found = [line for _, line in dated[:1]]
        slots = self._slots(session)
        return slots + found if finding.time_first else found + slots

    def _announcing(self, session: Session) -> list[SourceLine]:
        """A session's line of the timetable, with its day, or else its heading."""
        headings = [line for line in self._of(session) if line.sentence.section == session.section]
        if not (slots := self._slots(session)):
            return headings[:1]
        own = (line for line in self.of_report(session) if line.row < slots[0].row)
        above = [line for line in own if line.passage is slots[0].passage]
        days = [line for line in above if find_day(line.sentence.text)][-1:]
        dated = find_day(slots[0].sentence.text) is not None
        return slots if dated or not all(fits_session(line, session) for line in days) else [*days, *slots]

    def _slots(self, session: Session) -> list[SourceLine]:
        """The timetable's line of a session, which holds its times and its title."""
        titles = [phrase_key(title) for title in (session.title, session.agenda_title) if title]
        found = (
            line
            for line in self.of_report(session)
            if session.start
            and find_times(line.sentence.text) == (session.start, session.end)
            and any(title in line.key for title in titles)
        )
        return list(found)[:1]


def split_lines(passages: Sequence[Passage], sentences: Sequence[Sentence], rows: Iterable[int]) -> Iterator[SourceLine]:
    """Some sentences, in order, each with its place in its passage."""
    owner, end = -1, 0
    for row in rows:
        sentence = sentences[row]
        passage = passages[sentence.passage]
        start = passage.text.index(sentence.text, end if sentence.passage == owner else 0)
        owner, end = sentence.passage, start + len(sentence.text)
        yield SourceLine(row, passage, sentence, start, end, phrase_key(sentence.text))


def fits_session(line: SourceLine, session: Session) -> bool:
    day = find_day(line.sentence.text)
    return day is not None and day.fits(session.date)


def cite_lines(found: Sequence[tuple[SourceLine, Capacity | None]]) -> Iterator[SourceQuote]:
    """One citation for each run of lines that follow one another and show people as the same."""
    runs: list[tuple[list[SourceLine], Capacity | None]] = []
    for line, capacity in found:
        last = runs[-1] if runs else None
        if last and last[1] == capacity and last[0][-1].passage is line.passage and last[0][-1].row + 1 == line.row:
            last[0].append(line)
        else:
            runs.append(([line], capacity))
    for n, (run, capacity) in enumerate(runs, 1):
        first, end = run[0], run[-1]
        quote = first.passage.text[first.start : end.end]
        pages = first.sentence.pages[0], end.sentence.pages[1]
        yield SourceQuote(Citation(n, quote, first.passage.id, first.sentence.section, pages), capacity)
