"""What is shown of a report before it is written."""

import pytest

from index.config import PassageOptions
from index.ingest.converter_types import Converted, OutlineEntry
from index.ingest.heading_levels import find_heading_levels
from index.ingest.meetings.labels import propose_meeting
from index.ingest.preview import fragment_share, preview_lines, read_preview
from index.ingest.report_import import add_meeting_sections, make_profile
from index.reports.profile import Profile
from index.reports.reader import read_document


def preview(converted: Converted, title: str = "T") -> list[str]:
    patterns = [level.pattern for level in find_heading_levels(converted)]
    meeting = propose_meeting(converted.text.split("\n\n"))
    profile = make_profile(converted, "t", title, "en", patterns, "t.txt", meeting)
    profile, text = add_meeting_sections(profile, converted.text)
    return list(preview_lines(read_preview(text, profile, PassageOptions()), converted, profile))


def test_preview_lines_report_shows_outline_places_and_what_was_left_out() -> None:
    text = "# Oil\n\nOil burns at night in the tower.\n\n\f## Fish oil\n\nIt is burnt by the keeper, who"
    outline = (OutlineEntry("1. Oil", 1), OutlineEntry("Salt", 2))
    converted = Converted(text, "", marked=True, paged=True, outline=outline, dropped=(("page numbers", 2),))
    assert preview(converted) == [
        "2 pages, 2 sections, 1 passages",
        "  Oil  (page 1)",
        "    Fish oil  (page 2)",
        "page 1:",
        "  heading: # Oil",
        "  Oil burns at night in the tower.",
        "page 2:",
        "  heading: ## Fish oil",
        "  It is burnt by the keeper, who",
        "left out: page numbers (2)",
        "fragments: 48% of the text is in paragraphs that end within a sentence",
        "warning: 48% of the text is in broken paragraphs; look at the pages above, and correct report.txt",
        "warning: 1 of 2 lines of the table of contents are no headings",
        "warning: there are only 81 characters of text",
    ]


def test_preview_lines_rows_of_attendees_are_shown_as_people() -> None:
    text = "Name | Organization\n\n" + "\n\n".join(f"Name: Ann Poe{letter} | Organization: Sea" for letter in "abc")
    shown = preview(Converted(text, "Day"), "Day")
    assert shown[shown.index("3 attendees") :][:4] == ["3 attendees", *(f"  Ann Poe{letter}, Sea" for letter in "abc")]


def test_preview_lines_agenda_shows_sessions_and_people() -> None:
    text = (
        "Harbour Day\n\nDate: 5 March 2031\n\nVenue: Dale\n\nAgenda\n\n1:00 PM - 1:10 PM Welcome\n\n"
        "Moderator: Ann Poe, Ph.D., Head, Harbour Board\n\n1:10 - 2:15 Ships and Fog\n\nSpeakers: Jane Roe; John Doe"
    )
    assert preview(Converted(text, "Harbour Day"), "Harbour Day")[4:] == [
        "    Ships and Fog",
        "at 0% of the text:",
        "  heading: Harbour Day",
        "  Date: 5 March 2031",
        "  Venue: Dale",
        "  heading: Agenda",
        "  heading: 1:00 PM - 1:10 PM Welcome",
        "  Moderator: Ann Poe, Ph.D., Head, Harbour Board",
        "  heading: 1:10 - 2:15 Ships and Fog",
        "  Speakers: Jane Roe; John Doe",
        "fragments: 0% of the text is in paragraphs that end within a sentence",
        "labels of date: Date",
        "labels of moderator: Moderator",
        "labels of speaker: Speakers",
        "labels of other: Venue",
        "place: Dale",
        "3 sessions",
        "  2031-03-05 Harbour Day",
        "  2031-03-05 13:00–13:10 Welcome: Ann Poe",
        "  2031-03-05 13:10–14:15 Ships and Fog: Jane Roe; John Doe",
        "3 people",
        "  Ann Poe, Head, Harbour Board",
        "  Jane Roe",
        "  John Doe",
        "warning: there are only 177 characters of text",
    ]


def test_preview_lines_long_text_shows_three_pages_from_its_middle() -> None:
    pages = [f"Page {n} is of ships.\n\nIt ends.{' Oil.' * (700 if n == 4 else 1)}" for n in range(1, 9)]
    lines = preview(Converted("\n\n\f".join(pages), "", paged=True, joined=True))
    assert lines[1:10] == [
        "page 3:",
        "  Page 3 is of ships.",
        "  It ends. Oil.",
        "page 5:",
        "  Page 5 is of ships.",
        "  It ends. Oil.",
        "page 7:",
        "  Page 7 is of ships.",
        "  It ends. Oil.",
    ]
    unpaged = preview(Converted("\n\n".join(pages), ""))
    assert [line for line in unpaged if line.startswith("at ")] == [
        "at 0% of the text:",
        "at 40% of the text:",
        "at 80% of the text:",
    ]


@pytest.mark.parametrize(
    ("text", "share"),
    [
        ("燈塔每晚燃油。\n\n如下：", 0),
        ("燈塔每晚燃油，管理員請求在明年\n\n換燈。", 15 / 18),
        ("1. 燈塔每晚燃油，管理員請求在明年\n\n• 燈塔每晚燃油，管理員請求在明年\n\n燈 | 油", 0),
        ("Oil burns at\n\nnight.", 6 / 18),
        ("燈塔管理處「燈塔年報」燈塔與海燕的紀錄 https://example.org/annual/", 0),
        ("", 0),
    ],
)
def test_fragment_share_counts_paragraphs_that_end_within_a_sentence(text: str, share: float) -> None:
    assert fragment_share(read_document(text, Profile(title="T"))) == share
