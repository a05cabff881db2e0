"""Read the timetable of a report and match its lines with headings."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from rapidfuzz import fuzz

from index.models import Document, Section
from index.reports.profile import Profile
from index.reports.reader import without_bullets
from index.reports.table_rows import find_heads, is_row, plain_row, split_cells
from index.text.dates import Day, cut_day
from index.text.normalization import fold_text
from index.text.times import after_noon, find_start, find_times

# Minimum similarities, from 0 to 100. A timetable may shorten or reword a title, so the same day allows a lower one.
SAME_DAY, SAME_WORDS = 60, 90


@dataclass(frozen=True, slots=True)
class Slot:
    """A line of the timetable. `start` is the offset of its paragraph in the document."""

    day: Day | None
    times: tuple[str, str]
    title: str
    start: int


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading that a line may refer to: its title without numbering, and the day in its date field."""

    section: Section
    title: str
    day: Day | None


def read_timetable(document: Document, profile: Profile) -> list[Slot]:
    """Return the lines with a time under the agenda's heading.

    A line with a date but no time sets the day of the lines after it. Times without am or pm go on from those before them.
    """
    slots: list[Slot] = []
    day: Day | None = None
    earlier: str | None = None
    lines = [document.text[paragraph.start : paragraph.end] for paragraph in document.paragraphs]
    for paragraph, heads, text in zip(document.paragraphs, find_heads(lines), lines, strict=True):
        if paragraph.is_heading or not in_agenda(paragraph.path, profile):
            continue
        line = without_bullets(plain_row(text, heads))
        line_day, title = cut_day(line)
        if is_row(line):
            # The first cell that is more than a day and times.
            title = next((without_bullets(title[start:end]) for start, end in split_cells(title) if start < end), "")
        if line_day and line_day != day:
            day, earlier = line_day, None
        if times := find_times(line):
            times = after_noon(line, times, earlier)
            earlier = times[0]
            slots.append(Slot(day, times, title, paragraph.start))
        else:
            earlier = find_start(line) or earlier
    return slots


def read_timed_headings(document: Document, headings: Sequence[Heading]) -> dict[Section, Slot | None]:
    """Return the times that headings themselves begin with, as a line of a timetable; None for headings without any."""
    ends = {paragraph.start: paragraph.end for paragraph in document.paragraphs}
    slots: dict[Section, Slot | None] = {}
    earlier: str | None = None
    for heading in headings:
        line = document.text[heading.section.start : ends[heading.section.start]]
        times = find_times(line)
        if times := times and after_noon(line, times, earlier):
            earlier = times[0]
        slots[heading.section] = Slot(heading.day, times, heading.title, heading.section.start) if times else None
    return slots


def in_agenda(path: Sequence[str], profile: Profile) -> bool:
    """Return whether a section path leads to the timetable."""
    return profile.agenda is not None and any(profile.agenda.heading in title for title in path)


def assign_slots(slots: Sequence[Slot], headings: Sequence[Heading]) -> Mapping[Section, Slot]:
    """Assign lines of the timetable to headings one to one, the most similar pairs first.

    Of equally similar pairs, one with a day and then the first in order wins.
    """
    heading_titles = [fold_text(heading.title) for heading in headings]
    slot_titles = [fold_text(slot.title) for slot in slots]
    pairs = []
    for (n, slot), (m, heading) in product(enumerate(slots), enumerate(headings)):
        if slot.day and heading.day and not slot.day.fits(heading.day.iso()):
            continue
        score = fuzz.ratio(slot_titles[n], heading_titles[m])
        if score >= (SAME_DAY if slot.day and heading.day else SAME_WORDS):
            pairs.append((-score, heading.day is None, n, m))
    slots_by_section: dict[Section, Slot] = {}
    assigned: set[int] = set()
    for _, _, n, m in sorted(pairs):
        if n not in assigned and headings[m].section not in slots_by_section:
            assigned.add(n)
            slots_by_section[headings[m].section] = slots[n]
    return slots_by_section
