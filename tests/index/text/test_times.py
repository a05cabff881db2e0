"""Time ranges as printed, and what only looks like one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.text.times import after_noon, find_start, find_times, fits_times, remove_times


@pytest.mark.parametrize(
    ("text", "times"),
    [
        ("20:00-22:00 x", ("20:00", "22:00")),
        ("9：05～10：00", ("09:05", "10:00")),
        ("9:00 to 10:30", ("09:00", "10:30")),
        ("20:00", None),
        ("20:00-24:00", ("20:00", "24:00")),
        ("22:00-24:30, in all 99:99-10:00", None),
        ("٩:٠٥-١٠:٣٠", ("09:05", "10:30")),
        ("1:00 PM – 1:10 PM Welcome", ("13:00", "13:10")),
        ("11:30 a.m. – 1:10 p.m.", ("11:30", "13:10")),
        ("12:00 AM - 12:30 PM", ("00:00", "12:30")),
        ("12:15 pm to 1 pm", ("12:15", "13:00")),
        ("3:00pm … 3:50", ("15:00", "15:50")),
        ("3:00pm ET – 3:50pm ET", ("15:00", "15:50")),
        ("11:00 am - 1:00", ("11:00", "13:00")),
        ("2-3:30 pm", ("14:00", "15:30")),
        ("11 - 1 pm", ("11:00", "13:00")),
        ("下午2時30分至4時", ("14:30", "16:00")),
        ("112年3月5日（星期三）下午2時30分至4時", ("14:30", "16:00")),
        ("上午9時至12時", ("09:00", "12:00")),
        ("上午十時三十分至下午二時", ("10:30", "14:00")),
        ("下午 2 點半到 3 點", ("14:30", "15:00")),
        ("14時30分～16時", ("14:30", "16:00")),
        ("午後１時〜２時１５分", ("13:00", "14:15")),
        ("中午12時至13時", ("12:00", "13:00")),
        ("上午9:00至下午5:00", ("09:00", "17:00")),
        ("3:50 – 4:20", ("03:50", "04:20")),
        ("pages 3-5", None),
        ("2021-12-16", None),
        ("3 to 5", None),
        ("第3時至", None),
        ("25時至26時", None),
        ("時間：14:00–14:10", ("14:00", "14:10")),
    ],
)
def test_find_times_text_returns_start_and_end(text: str, times: tuple[str, str] | None) -> None:
    assert find_times(text) == times


@pytest.mark.parametrize(
    ("text", "rest"),
    [("1:00 PM - 1:10 PM Welcome", "Welcome"), ("下午2時至4時　討論", "討論"), ("99:99-10:00 x", "99:99-10:00 x")],
)
def test_remove_times_line_returns_the_rest(text: str, rest: str) -> None:
    assert remove_times(text).strip() == rest


@pytest.mark.parametrize(
    ("text", "start"),
    [("Start at 3:00pm ET", "15:00"), ("上午9時開始", "09:00"), ("9:00", None), ("3 Amps", None), ("", None)],
)
def test_find_start_time_with_half_of_the_day_is_read(text: str, start: str | None) -> None:
    assert find_start(text) == start


@pytest.mark.parametrize(
    ("text", "earlier", "times"),
    [
        ("3:01 – 3:50", "15:00", ("15:01", "15:50")),
        ("11:30 – 12:30", "11:00", ("11:30", "12:30")),
        ("1:30 – 2:00", "11:30", ("13:30", "14:00")),
        ("11:30 – 1:00", "11:45", ("11:30", "13:00")),
        ("8:00 – 9:00", "19:00", ("20:00", "21:00")),
        ("3:01 – 3:50", None, ("03:01", "03:50")),
        ("9:00 am – 9:30", "15:00", ("09:00", "09:30")),
        ("13:00 – 14:00", "15:00", ("13:00", "14:00")),
    ],
)
def test_after_noon_times_go_on_from_an_earlier_one(text: str, earlier: str | None, times: tuple[str, str]) -> None:
    printed = find_times(text)
    assert printed is not None
    assert after_noon(text, printed, earlier) == times


def test_fits_times_text_may_leave_out_the_half_of_the_day() -> None:
    assert fits_times("4:20 – 4:28 Closing", "16:20", "16:28")
    assert fits_times("4:20 – 4:28 Closing", "04:20", "04:28")
    assert not fits_times("4:20 am – 4:28 am", "16:20", "16:28")
    assert not fits_times("Closing", "16:20", "16:28")


@given(st.times(), st.times())
def test_find_times_any_times_of_24_hours_are_read(start, end) -> None:
    printed = (f"{start:%H:%M}", f"{end:%H:%M}")
    for text in ("-".join(printed), f"{start.hour}時{start.minute}分～{end.hour}時{end.minute}分"):
        assert find_times(text) == printed
