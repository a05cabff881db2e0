"""Days as people ask for them: dates, weekdays and numbers of days, in English, Chinese and Japanese."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.lookup.event_calendar import Calendar

BEFORE, FIRST, SECOND, THIRD = "2021-11-15", "2021-12-15", "2021-12-16", "2021-12-17"
CALENDAR = Calendar((BEFORE, FIRST, SECOND, THIRD))


@pytest.mark.parametrize(
    ("query", "days", "rest"),
    [
        ("12/16", (SECOND,), ""),
        ("16/12", (SECOND,), ""),
        ("12.16", (SECOND,), ""),
        ("１２－１６", (SECOND,), ""),
        ("2021-12-16", (SECOND,), ""),
        ("12月16日", (SECOND,), ""),
        ("12 月 16 號", (SECOND,), ""),
        ("十二月十六日", (SECOND,), ""),
        ("16 December 2021", (SECOND,), ""),
        ("Dec. 16th", (SECOND,), ""),
        ("16日", (SECOND,), ""),
        ("十六號 座談", (SECOND,), "座谈"),
        ("the 16th", (SECOND,), ""),
        # There are two 15ths; the one of the event itself is meant.
        ("15日", (FIRST,), ""),
        ("11/15", (BEFORE,), ""),
        ("day 2", (SECOND,), ""),
        ("Day two panel", (SECOND,), "panel"),
        ("day1", (FIRST,), ""),
        ("second day", (SECOND,), ""),
        ("2nd day", (SECOND,), ""),
        ("last day", (THIRD,), ""),
        ("第二天", (SECOND,), ""),
        ("第 3 天的座談", (THIRD,), "的座谈"),
        ("最後一天", (THIRD,), ""),
        ("首日", (FIRST,), ""),
        ("星期四", (SECOND,), ""),
        ("禮拜四", (SECOND,), ""),
        ("週五", (THIRD,), ""),
        ("Thursday", (SECOND,), ""),
        ("thurs", (SECOND,), ""),
        ("on Friday evening", (THIRD,), "on evening"),
        ("木曜日", (SECOND,), ""),
        ("星期日", (), ""),
        ("day 9", (), ""),
        ("第十天", (), ""),
        ("12/24", (), ""),
        ("2020-12-16", (), ""),
        ("", None, ""),
        ("panel", None, "panel"),
        ("Mona", None, "Mona"),
        ("Sunny", None, "Sunny"),
        ("day", None, "day"),
        ("2021", None, "2021"),
        ("13/32", None, "13/32"),
        ("1922 簡訊", None, "1922 簡訊"),
    ],
)
def test_calendar_cut_query_returns_named_days_and_rest(query: str, days: tuple[str, ...] | None, rest: str) -> None:
    assert CALENDAR.cut(query) == (days, rest)


def test_calendar_event_weekend_gap_continues_and_week_gap_ends_event() -> None:
    assert Calendar(("2031-05-01", "2031-05-02", "2031-05-05", "2031-05-12")).event == (
        "2031-05-01",
        "2031-05-02",
        "2031-05-05",
    )
    assert Calendar(("2031-05-01", "2031-06-01")).event == ("2031-05-01",)
    assert Calendar(()).event == ()
    assert Calendar(()).cut("day 1") == ((), "")


@given(st.text(alphabet="0123456789/.-月日號第天十廿一二三四星期day thursxXnd 曜", max_size=12))
def test_calendar_cut_arbitrary_query_returns_known_days_or_none(query: str) -> None:
    days, _ = CALENDAR.cut(query)
    assert days is None or set(days) <= set(CALENDAR.days)
