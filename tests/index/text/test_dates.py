"""Dates and times as printed, and what only looks like one."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.text.dates import Day, cut_day, find_day

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


@given(st.dates())
def test_find_day_any_date_in_iso_or_chinese_form_is_read(day: date) -> None:
    iso = day.isoformat()
    for text in (iso, f"{day.year:04} 年 {day.month} 月 {day.day} 日"):
        found = find_day(text)
        assert found is not None
        assert found.iso() == iso


def test_cut_day_line_returns_day_and_rest() -> None:
    assert cut_day("12 月 16 日 20:00-22:00 全體大會：反貪腐") == (Day(12, 16), "全體大會：反貪腐")
    assert cut_day("18:00-20:00 開幕式") == (None, "開幕式")
