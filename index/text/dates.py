"""Dates and times as reports print them, such as `2021 年 12 月 16 日`, `16 December 2021` and `20:00-22:00`."""

import re
from dataclasses import dataclass
from datetime import date

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
MONTH = (
    r"\b(?P<month_name>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b\.?"
)
DAY, YEAR = r"(?<!\d)(?P<day>\d{1,2})", r"(?P<year>\d{4})"
# Without a year `12.16` and `12-16` may be any two numbers, and `05/12/2021` may be either of two days.
DATES = [
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"(?<!\d){YEAR}\s*[年/.-]\s*(?P<month>\d{{1,2}})\s*[月/.-]\s*{DAY}(?!\d)(?:\s*[日號号])?",
        rf"(?<![\d/])(?P<month>\d{{1,2}})\s*[月/]\s*{DAY}(?![\d/])(?:\s*[日號号])?",
        rf"{DAY}(?:st|nd|rd|th)?\s+(?:of\s+)?{MONTH}(?:,?\s+{YEAR})?",
        rf"{MONTH}\s+{DAY}(?:st|nd|rd|th)?(?!\d)(?:,?\s+{YEAR})?",
    )
]
TIMES = re.compile(r"(\d{1,2})[:：](\d\d)\s*(?:[-–—~～至到]|to)\s*(\d{1,2})[:：](\d\d)")


@dataclass(frozen=True, slots=True)
class Day:
    """A day of a month; `year` is None where it goes without saying."""

    month: int
    day: int
    year: int | None = None

    def fits(self, iso: str | None) -> bool:
        """Whether an ISO 8601 date is this day."""
        return iso is not None and iso[5:] == f"{self.month:02}-{self.day:02}" and self.year in (None, int(iso[:4]))

    def iso(self) -> str | None:
        """ISO 8601, or None without a year."""
        return f"{self.year:04}-{self.month:02}-{self.day:02}" if self.year else None


def find_day(text: str) -> Day | None:
    """The first day that a text names; None where it names none that exists."""
    return cut_day(text)[0]


def cut_day(text: str) -> tuple[Day | None, str]:
    """The first day that a text names, and the text without it and without spans of time."""
    without_times = TIMES.sub(" ", text)
    for pattern in DATES:
        if found := pattern.search(without_times):
            groups = found.groupdict()
            month = int(groups.get("month") or month_number(groups["month_name"]))
            year = int(groups["year"]) if groups.get("year") else None
            try:
                date(year or 2000, month, int(groups["day"]))  # 2000 had a 29th of February
            except ValueError:
                continue
            rest = without_times[: found.start()] + without_times[found.end() :]
            return Day(month, int(groups["day"]), year), rest.strip(" ,，")
    return None, without_times.strip()


def month_number(name: str) -> int:
    """From 1; folded, since an expression that ignores case takes a long ſ for an s."""
    return MONTHS.index(name[:3].casefold()) + 1


def find_times(text: str) -> tuple[str, str] | None:
    """Start and end as HH:MM of the first span of time in a text that a day has, 24:00 included."""
    for found in TIMES.finditer(text):
        hour, minute, end_hour, end_minute = map(int, found.groups())
        if max(minute, end_minute) < 60 and max((hour, minute), (end_hour, end_minute)) <= (24, 0):
            return f"{hour:02}:{minute:02}", f"{end_hour:02}:{end_minute:02}"
    return None
