"""Parse ranges of times as reports print them: `20:00-22:00`, `1:00 PM – 1:10 PM`, `下午2時30分至4時`, `14時30分～16時`."""

from __future__ import annotations

import re
from dataclasses import dataclass

from index.text.numerals import parse_numeral

Times = tuple[str, str]
FORENOON = r"凌晨|清晨|早上|早晨|上午|午前"
AFTERNOON = r"中午|正午|下午|午後|傍晚|晚上|晚間|夜間"
NUMERAL = r"[一二三四五六七八九十兩]{1,3}"
SEPARATOR = r"\s{0,3}(?:[-–—~～〜至到…]|\.{3}|to\b|until\b|から)\s{0,3}"
# Of a range, the second time may be an hour alone only with a word for hours or am or pm, the first one also if the second
# has one of these.
MERIDIEM = r"[aApP]\.?\s?[mM]\b\.?"
ZONE = r"(?:\s[A-Z]{1,3}T\b)?"


def _time_pattern(name: str) -> str:
    """Return a pattern for a time, with groups that begin with a name."""
    hour = rf"(?P<{name}hour>\d{{1,2}}|{NUMERAL})"
    clock = rf"\s?[:：]\s?(?P<{name}minute>\d\d)(?!\d)"
    minutes = rf"\s?(?P<{name}minutes>\d{{1,2}}|{NUMERAL})\s?分"
    words = rf"\s?(?P<{name}word>[時时點点])(?:{minutes}|(?P<{name}half>半)|(?P<{name}digits>\d\d)(?!\d)|整|正)?"
    return (
        rf"(?:(?P<{name}before>{FORENOON}|{AFTERNOON})\s{{0,2}})?{hour}(?:{clock}|{words})?"
        rf"(?:\s{{0,2}}(?P<{name}after>{MERIDIEM}))?{ZONE}"
    )


RANGE = re.compile(rf"(?<!\d)(?<!\d[:：]){_time_pattern('a')}{SEPARATOR}{_time_pattern('b')}")
SINGLE = re.compile(rf"(?<!\d)(?<!\d[:：]){_time_pattern('a')}")
HALF_DAY, MORNING = 12 * 60, 8 * 60  # minutes


@dataclass(frozen=True, slots=True)
class ClockTime:
    """A time as printed: the minute of the day that its numbers say, and `half`, which is "am", "pm" or empty.

    `is_bare` is whether nothing but a number is printed, which may be anything.
    """

    minutes: int
    half: str
    is_bare: bool

    def shifted(self, half: str) -> int:
        """Return the minute of the day in a half of the day."""
        hours = self.minutes % HALF_DAY if self.minutes < 13 * 60 else self.minutes
        return hours + HALF_DAY if half == "pm" and self.minutes < 13 * 60 else hours if half else self.minutes


def find_times(text: str) -> Times | None:
    """Return the start and end of the first valid time range in a text, or None.

    A half of the day that is printed at one of the times counts for the other too, as far as that makes sense.

    :return: Times as HH:MM; 24:00 is valid.
    """
    return next((times for match in RANGE.finditer(text) if (times := read_range(match))), None)


def remove_times(text: str) -> str:
    """Return a text with a space in place of each valid time range."""
    return RANGE.sub(lambda match: " " if read_range(match) else match[0], text)


def find_start(text: str) -> str | None:
    """Return the first time of a text whose half of the day is printed, as HH:MM, or None."""
    for match in SINGLE.finditer(text):
        time = read_time(match.groupdict(), "a")
        if time and time.half and not time.is_bare:
            return format_time(time.shifted(time.half))
    return None


def after_noon(text: str, times: Times, earlier: str | None) -> Times:
    """Return times in the afternoon if they would be before an earlier time otherwise and no half of the day is printed.

    :param text: With the times.
    :param earlier: A time before them, as HH:MM.
    """
    match = RANGE.search(text)
    is_printed = match is not None and any(match[group] for group in ("abefore", "aafter", "bbefore", "bafter"))
    if is_printed or earlier is None:
        return times
    start, end = (parse_time(time) for time in times)
    before = parse_time(earlier)
    # In the morning only an hour that hardly begins a morning is one of the afternoon.
    if start < before and start < HALF_DAY and (before >= HALF_DAY or start < MORNING):
        start += HALF_DAY
    if end < start and end < HALF_DAY and end + HALF_DAY > start:
        end += HALF_DAY
    return format_time(start), format_time(end)


def fits_times(text: str, start: str | None, end: str | None) -> bool:
    """Return whether a text prints a time range, which may leave out the half of the day."""
    times = find_times(text)
    return times is not None and (start, end) in (times, after_noon(text, times, start))


def read_range(match: re.Match[str]) -> Times | None:
    """Return the times of a match, or None if they are no times."""
    groups = match.groupdict()
    first, last = read_time(groups, "a"), read_time(groups, "b")
    if first is None or last is None or last.is_bare or (first.is_bare and not last.half):
        return None
    start, end = first.shifted(first.half), last.shifted(last.half)
    if first.half and not last.half:
        halves = (last.shifted(half) for half in (first.half, "pm") if last.minutes <= HALF_DAY + 59)
        end = next((minutes for minutes in halves if minutes > start), end)
    elif last.half and not first.half and first.minutes <= HALF_DAY:
        halves = (first.shifted(half) for half in (last.half, "am"))
        start = next((minutes for minutes in halves if minutes < end), start)
    if max(start, end) > 24 * 60:
        return None
    return format_time(start), format_time(end)


def read_time(groups: dict[str, str | None], name: str) -> ClockTime | None:
    """Return a time of a match, or None if its numbers are none of a time."""
    minute = groups[f"{name}minute"] or groups[f"{name}minutes"] or groups[f"{name}digits"]
    hours = parse_number(groups[f"{name}hour"] or "0")
    minutes = 30 if groups[f"{name}half"] else parse_number(minute or "0")
    before, after = groups[f"{name}before"], (groups[f"{name}after"] or "").casefold()
    half = "pm" if after[:1] == "p" else "am" if after else ""
    if before:
        half = "pm" if re.fullmatch(AFTERNOON, before) else "am"
        half = "" if before in ("中午", "正午") and hours >= 11 else half
    is_bare = not (groups[f"{name}minute"] or groups[f"{name}word"] or after)
    if minutes >= 60 or hours > 24 or (half and hours > 12 and hours != 24 and after):
        return None
    return ClockTime(60 * hours + minutes, half, is_bare)


def parse_number(written: str) -> int:
    """Return a number in digits of any script, or in ideographs."""
    return int(written) if written.isdecimal() else parse_numeral(written)


def parse_time(time: str) -> int:
    """Return the minute of the day of a time as HH:MM."""
    return 60 * int(time[:2]) + int(time[3:])


def format_time(minutes: int) -> str:
    """Return a minute of the day as HH:MM."""
    return f"{minutes // 60:02}:{minutes % 60:02}"
