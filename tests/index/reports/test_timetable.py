"""The timetable, and which heading each of its lines means."""

from index.models import Section
from index.reports.profile import Agenda, Heading, Profile
from index.reports.reader import read_document
from index.reports.timetable import Heading as TitledSection
from index.reports.timetable import Slot, assign_slots, read_timetable
from index.text.dates import Day
from tests.index import forum
from tests.index.corpora import summit

MAY1, MAY2, THAT_MAY1 = Day(5, 1), Day(5, 2), Day(5, 1, 2031)
TIMES = ("09:00", "10:00")


def slot(title: str, day: Day | None = MAY1, start: int = 0) -> Slot:
    return Slot(day, TIMES, title, start)


def heading(title: str, day: Day | None = THAT_MAY1, start: int = 0) -> TitledSection:
    return TitledSection(Section(title, 1, (title,), start, start + 1), title, day)


def pairs(slots: list[Slot], headings: list[TitledSection]) -> dict[str, int]:
    """The number of the line that each heading takes."""
    return {section.title: slots.index(line) for section, line in assign_slots(slots, headings).items()}


def test_read_timetable_broken_table_rows_return_all_slots() -> None:
    december = [Day(12, 15), Day(12, 15), Day(12, 16), Day(12, 17), Day(12, 17)]
    rows = read_timetable(summit().document, summit().profile)
    assert [row.day for row in rows] == december
    assert [(*row.times, row.title) for row in rows] == [
        ("18:00", "20:00", "開幕式"),
        ("20:00", "22:00", "全體大會：建立涵容的公民空間"),
        ("20:00", "22:00", "全體大會：反貪腐的多元途徑"),
        ("19:00", "21:00", "全體大會：數位未來的承諾"),
        ("21:00", "22:00", "閉幕式"),
    ]


def test_read_timetable_day_line_applies_to_following_lines() -> None:
    rows = read_timetable(forum.document(), forum.PROFILE)
    assert [row.day for row in rows] == [Day(5, 12)] * 2 + [Day(5, 13)] * 3 + [Day(5, 14, 2031)]
    assert read_timetable(forum.document(), Profile(title="No agenda")) == []


def test_assign_slots_line_takes_most_similar_heading_of_its_day() -> None:
    slots = [slot("Opening the forum"), slot("Opening of the forum", MAY2, 1)]
    headings = [heading("Opening of the forum"), heading("Opening of a forum", Day(5, 2, 2031))]
    assert pairs(slots, headings) == {"Opening of the forum": 0, "Opening of a forum": 1}


def test_assign_slots_without_common_day_requires_equal_wording() -> None:
    assert pairs([slot("Opening the forum", None)], [heading("Opening of our forum")]) == {}
    assert pairs([slot("Opening the forum", None)], [heading("Opening: the Forum")]) == {"Opening: the Forum": 0}
    assert pairs([slot("Opening the forum")], [heading("Opening the forum", None)]) == {"Opening the forum": 0}


def test_assign_slots_equal_headings_take_lines_in_order() -> None:
    slots = [slot("Lunch"), slot("Lunch", start=1), slot("Lunch", start=2)]
    first, second = heading("Lunch"), heading("Lunch", start=5)
    assert assign_slots(slots, [first, second]) == {first.section: slots[0], second.section: slots[1]}


def test_assign_slots_dated_heading_takes_precedence_over_undated() -> None:
    dated, plain = heading("Lunch", start=9), heading("Lunch", None)
    assert assign_slots([slot("Lunch")], [plain, dated]) == {dated.section: slot("Lunch")}


def test_assign_slots_no_matching_heading_returns_empty() -> None:
    assert assign_slots([], [heading("Lunch")]) == {}
    assert assign_slots([slot("Lunch")], []) == {}
    assert assign_slots([slot("Lunch")], [heading("An evening by the river")]) == {}


def test_read_timetable_bullets_are_no_part_of_titles() -> None:
    profile = Profile(title="-", headings=(Heading(pattern="## "),), agenda=Agenda(heading="Agenda"))
    text = "## Agenda\n\n• 1 May 9:00-10:00 Lake\n\n◦ 9:00-10:00 | ▪ River"
    assert [row.title for row in read_timetable(read_document(text, profile), profile)] == ["Lake", "River"]
