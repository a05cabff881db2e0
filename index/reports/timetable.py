"""The timetable of a report, and which of its headings each line means."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from rapidfuzz import fuzz

from index.models import Document, Section
from index.reports.profile import Profile
from index.text.dates import Day, cut_day, find_times
from index.text.normalization import fold_text

# Similarities of 0 to 100. A timetable may shorten or reword the title of a session of that day; where the day cannot tell
# them apart, the wording must.
SAME_DAY, SAME_WORDS = 60, 90


@dataclass(frozen=True, slots=True)
class Slot:
    """A line of the timetable; `start` is where its paragraph begins."""

    day: Day | None
    times: tuple[str, str]
    title: str
    start: int


@dataclass(frozen=True, slots=True)
class Heading:
    """A section that a line may mean: its title without numbering, and the day in its date field."""

    section: Section
    title: str
    day: Day | None


def read_timetable(document: Document, profile: Profile) -> list[Slot]:
    """The lines with a time under the agenda's heading; a line with a date but no time dates the lines after it."""
    slots: list[Slot] = []
    day: Day | None = None
    for paragraph in document.paragraphs:
        if paragraph.is_heading or not in_agenda(paragraph.path, profile):
            continue
        line = document.text[paragraph.start : paragraph.end]
        named, title = cut_day(line)
        day = named or day
        if times := find_times(line):
            slots.append(Slot(day, times, title, paragraph.start))
    return slots


def in_agenda(path: Sequence[str], profile: Profile) -> bool:
    """Whether a section path leads to the timetable."""
    return profile.agenda is not None and any(profile.agenda.heading in title for title in path)


def assign_slots(slots: Sequence[Slot], headings: Sequence[Heading]) -> Mapping[Section, Slot]:
    """The line of each heading that has one, the most alike first; a line means one heading, of equals the first."""
    titles = [fold_text(heading.title) for heading in headings]
    wanted = [fold_text(slot.title) for slot in slots]
    pairs = []
    for (n, slot), (m, heading) in product(enumerate(slots), enumerate(headings)):
        if slot.day and heading.day and not slot.day.fits(heading.day.iso()):
            continue
        score = fuzz.ratio(wanted[n], titles[m])
        if score >= (SAME_DAY if slot.day and heading.day else SAME_WORDS):
            pairs.append((-score, heading.day is None, n, m))
    found: dict[Section, Slot] = {}
    taken: set[int] = set()
    for _, _, n, m in sorted(pairs):
        if n not in taken and headings[m].section not in found:
            taken.add(n)
            found[headings[m].section] = slots[n]
    return found
