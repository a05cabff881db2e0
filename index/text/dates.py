"""Parse dates as reports print them, such as `2021 年 12 月 16 日` and `16 December 2021`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from index.text.times import remove_times

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
MONTH = (
    r"\b(?P<month_name>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b\.?"
)
DAY, YEAR = r"(?<!\d)(?P<day>\d{1,2})", r"(?P<year>\d{4})"
# Ambiguous forms are left out: `12.16` and `12-16` without a year may be any two numbers, `05/12/2021` either of two days.
DATES = [
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"(?<!\d){YEAR}\s*[年/.-]\s*(?P<month>\d{{1,2}})\s*[月/.-]\s*{DAY}(?!\d)(?:\s*[日號号])?",
        rf"(?<![\d/])(?P<month>\d{{1,2}})\s*[月/]\s*{DAY}(?![\d/])(?:\s*[日號号])?",
        rf"{DAY}(?:st|nd|rd|th)?\s+(?:of\s+)?{MONTH}(?:,?\s+{YEAR})?",
        rf"{MONTH}\s+{DAY}(?:st|nd|rd|th)?(?!\d)(?:,?\s+{YEAR})?",
    )
]
WESTERN_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")


@dataclass(frozen=True, slots=True)
class Day:
    """A day of a month; `year` is None if the text names none."""

    month: int
    day: int
    year: int | None = None

    def fits(self, iso: str | None) -> bool:
        """Return whether an ISO 8601 date is this day; without a year, any year fits."""
        return iso is not None and iso[5:] == f"{self.month:02}-{self.day:02}" and self.year in (None, int(iso[:4]))

    def iso(self) -> str | None:
        """Return the date in ISO 8601, or None without a year."""
        return f"{self.year:04}-{self.month:02}-{self.day:02}" if self.year else None


def find_day(text: str) -> Day | None:
    """Return the first valid day that a text names, or None."""
    return cut_day(text)[0]


def cut_day(text: str) -> tuple[Day | None, str]:
    """Return the first valid day that a text names, and the text without it and without time ranges."""
    without_times = remove_times(text)
    for pattern in DATES:
        if match := pattern.search(without_times):
            groups = match.groupdict()
            month = int(groups.get("month") or month_number(groups["month_name"]))
            year = int(groups["year"]) if groups.get("year") else None
            try:
                date(year or 2000, month, int(groups["day"]))  # 2000 is a leap year
            except ValueError:
                continue
            rest = without_times[: match.start()] + without_times[match.end() :]
            return Day(month, int(groups["day"]), year), rest.strip(" ,，")
    return None, without_times.strip()


def month_number(name: str) -> int:
    """Return the number of a month, 1 to 12, by its English name or abbreviation.

    The name is case-folded, because a regular expression that ignores case matches `ſ` as `s`.
    """
    return MONTHS.index(name[:3].casefold()) + 1
