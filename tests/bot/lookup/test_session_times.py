"""When a session is, in Discord's form and the venue's."""

from dataclasses import replace

import pytest

from bot.locale.catalogue import bot_catalogue
from bot.lookup.session_cards import session_instants, venue_time, when_text
from index.models import ReportInfo
from tests.bot.summit import AFTERWARDS, FORUM_SESSION, OPENING, PANEL

TAIPEI = ReportInfo(report="r", title="t", sha256="a" * 64, time_zone="Asia/Taipei")


def test_session_instants_past_midnight_ends_next_day():
    start, end = session_instants(FORUM_SESSION, "Asia/Taipei")
    assert (start.isoformat(), end.isoformat()) == ("2024-05-01T23:00:00+08:00", "2024-05-02T01:00:00+08:00")


def test_session_instants_end_24_00_is_next_day_or_none_at_calendar_end():
    evening = replace(OPENING, start="20:00", end="24:00")
    start, end = session_instants(evening, "Asia/Taipei")
    assert (start.isoformat(), end.isoformat()) == ("2024-05-01T20:00:00+08:00", "2024-05-02T00:00:00+08:00")
    assert session_instants(replace(evening, date="9999-12-31"), "Asia/Taipei") is None


@pytest.mark.parametrize(
    ("session", "source", "lines"),
    [
        (
            OPENING,
            TAIPEI,
            [
                "**Your time:** <t:1714525200:f> – <t:1714530600:t>",
                "**At the venue:** 2024-05-01 09:00–10:30 (Asia/Taipei)",
                "-# The report does not state the time zone; the maintainer set it.",
            ],
        ),
        (
            replace(OPENING, end=None),
            replace(TAIPEI, time_zone_stated=True),
            ["**Your time:** <t:1714525200:f>", "**At the venue:** 2024-05-01 09:00 (Asia/Taipei)"],
        ),
        (OPENING, replace(TAIPEI, time_zone=None), ["**When:** 2024-05-01 09:00–10:30"]),
        (PANEL, TAIPEI, ["**When:** 2024-05-01"]),
        (AFTERWARDS, TAIPEI, []),
    ],
)
def test_when_text_lines_depend_on_time_zone_and_times(session, source, lines):
    assert when_text(session, source, bot_catalogue("en")) == lines


def test_venue_time_returns_date_and_times_or_empty():
    assert [venue_time(each) for each in (OPENING, PANEL, AFTERWARDS)] == ["2024-05-01 09:00–10:30", "2024-05-01", ""]
