"""Dates and times as printed, and what only looks like one."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.text.dates import Day, cut_day, find_dates, find_day

PRINTED = [
    ("2021 年 12 月 16 日", "2021-12-16"),
    ("2021年12月6號（四）", "2021-12-06"),
    ("2021-12-16", "2021-12-16"),
    ("2021/1/6 20:00-22:00", "2021-01-06"),
    ("Thursday, 16 December 2021", "2021-12-16"),
    ("16th of Dec. 2021", "2021-12-16"),
    ("Sept 1st, 2021", "2021-09-01"),
    ("29 Feb 2024", "2024-02-29"),
    ("3 ſeptember 2024", "2024-09-03"),
    ("民國110年12月16日", "2021-12-16"),
    ("時間：112年3月5日（星期日）", "2023-03-05"),
    ("中華民國一一〇年十二月十六日", "2021-12-16"),
    ("110/12/16 14:00", "2021-12-16"),
    ("令和6年3月1日", "2024-03-01"),
    ("12/16/2021", "2021-12-16"),
    ("２０２１年１２月１６日", "2021-12-16"),
]


@pytest.mark.parametrize(("text", "iso"), PRINTED)
def test_find_day_printed_date_returns_iso_date(text: str, iso: str) -> None:
    day = find_day(text)
    assert day is not None
    assert day.iso() == iso
    assert day.fits(iso)


@pytest.mark.parametrize(
    "text",
    ["", "18:00-20:00", "2021", "31/31", "29 Feb 2023", "05/12/2021", "1.5", "COP26", "Mayor 5", "in May", "24/7"],
)
def test_find_day_text_without_date_returns_none(text: str) -> None:
    assert find_day(text) is None


def test_day_without_year_fits_any_year() -> None:
    day = find_day("12 月 16 日")
    assert day == Day(12, 16)
    assert day.iso() is None
    assert (day.fits("2021-12-16"), day.fits("2022-12-16"), day.fits("2021-12-17"), day.fits(None)) == (
        True,
        True,
        False,
        False,
    )
    assert not Day(12, 16, 2020).fits("2021-12-16")


@given(st.dates(min_value=date(1000, 1, 1)))
def test_find_day_any_date_in_iso_or_chinese_form_is_read(day: date) -> None:
    iso = day.isoformat()
    for text in (iso, f"{day.year:04} 年 {day.month} 月 {day.day} 日"):
        found = find_day(text)
        assert found is not None
        assert found.iso() == iso


def test_cut_day_line_returns_day_and_rest() -> None:
    assert cut_day("12 月 16 日 20:00-22:00 全體大會：反貪腐") == (Day(12, 16), "全體大會：反貪腐")
    assert cut_day("18:00-20:00 開幕式") == (None, "開幕式")


@pytest.mark.parametrize(
    ("text", "dates"),
    [
        ("2021年12月15日至17日", [(2021, 12, 15), (2021, 12, 17)]),
        ("民國110年12月16日", [(2021, 12, 16)]),
        ("110/12/16", [(2021, 12, 16)]),
        ("中華民國一一〇年十二月", [(2021, 12, None)]),
        ("二〇二一年", [(2021, None, None)]),
        ("令和6年3月、平成元年", [(2024, 3, None), (1989, None, None)]),
        ("12/16/2021", [(2021, 12, 16)]),
        ("16 Dec 2021", [(2021, 12, 16)]),
        ("in December 2021, after 1997, he", [(2021, 12, None), (1997, None, None)]),
        ("自2021年1月施行至2024年5月", [(2021, 1, None), (2024, 5, None)]),
        ("２０２１年度 12 月 15 日", [(2021, None, None), (2021, 12, 15)]),
        ("3年來每年30個，100年，1,273公尺，20 日間，12.16", []),
        ("2021/13/45", []),
    ],
)
def test_find_dates_whole_or_in_part_in_all_calendars(
    text: str, dates: list[tuple[int | None, int | None, int | None]]
) -> None:
    assert [date.parts for date in find_dates(text)] == dates


@given(st.text(max_size=100))
def test_find_dates_any_text_gives_dates_within_it(text: str) -> None:
    found = find_dates(text)
    assert all(0 <= each.start < each.end <= len(text) for each in found)
    assert all(each.month is None or 1 <= each.month <= 12 for each in found)


@given(st.dates(min_value=date(1912, 1, 1)))
def test_find_dates_any_date_of_the_republic_is_converted(day: date) -> None:
    (found,) = find_dates(f"民國{day.year - 1911}年{day.month}月{day.day}日")
    assert found.parts == (day.year, day.month, day.day)
