"""Parse dates as reports print them, such as `2021 年 12 月 16 日` and `16 December 2021`."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date

from index.text.numerals import parse_numeral
from index.text.times import remove_times

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
MONTH = (
    r"\b(?P<month_name>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b\.?"
)
# The years before the first of each era.
ERAS = {"民國": 1911, "民国": 1911, "令和": 2018, "平成": 1988, "昭和": 1925, "大正": 1911, "明治": 1867}
FULL_WIDTH = str.maketrans("０１２３４５６７８９／：－．", "0123456789/:-.")
NUMERALS = "〇零一二三四五六七八九十廿卅"
REPUBLIC, OLDEST = (80, 150), 1000  # years of the Republic that are recognized without the name of the era; oldest of ours
# Ambiguous forms are left out: `12.16` and `12-16` without a year may be any two numbers.
DATES = [
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"(?:(?P<era>{'|'.join(ERAS)})\s*)?(?P<year>元|\d{{1,4}}|[{NUMERALS}]{{1,4}})\s*年(?!度?間|级|級|代)"
        rf"(?:\s*(?P<month>\d{{1,2}}|[{NUMERALS}]{{1,3}})\s*月(?:\s*(?P<day>\d{{1,2}}|[{NUMERALS}]{{1,3}})\s*[日號号](?!間|间))?)?",
        rf"(?<![{NUMERALS}\d個个])(?P<month>\d{{1,2}}|[{NUMERALS}]{{1,3}})\s*月(?![餅饼球])(?:\s*(?P<day>\d{{1,2}}|[{NUMERALS}]{{1,3}})\s*[日號号](?!間|间))?",
        r"(?<![\d/.-])(?P<year>\d{3,4})[/.-](?P<month>\d{1,2})[/.-](?P<day>\d{1,2})(?![\d/])",
        r"(?<![\d/])(?P<month>\d{1,2})/(?P<day>\d{1,2})/(?P<year>\d{4})(?![\d/])",
        r"(?<![\d/])(?P<month>\d{1,2})/(?P<day>\d{1,2})(?![\d/%])",
        rf"(?<![\d.])(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?{MONTH}(?:,?\s+(?P<year>\d{{4}}))?",
        rf"{MONTH}\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?!\d)(?:,?\s+(?P<year>\d{{4}}))?",
        rf"{MONTH},?\s+(?P<year>\d{{4}})(?!\d)",
        r"(?<![\d,.:/年月-])(?P<year>(?:1[0-9]|20)\d\d)(?![\d:/-]|[.,]\d|\s*(?:[%％萬万億亿個个名人位元項项]|(?:k?m|metres|people)\b))",
        rf"(?<![\d{NUMERALS}])(?P<day>\d{{1,2}}|[{NUMERALS}]{{1,3}})\s*[日號号](?!間|间|線|线|本)",
    )
]
AMBIGUOUS = re.compile(r"(?:0?[1-9]|1[0-2])/(?:0?[1-9]|1[0-2])/\d{4}")  # month and day, or day and month
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


@dataclass(frozen=True, slots=True)
class WrittenDate:
    """A date as a text gives it: year, month and day, as far as they are given, with the offsets of what is written."""

    year: int | None
    month: int | None
    day: int | None
    start: int
    end: int

    def agrees(self, other: WrittenDate) -> bool:
        """Return whether two dates may be the same: no part that both give differs."""
        return all(mine in (None, its) or its is None for mine, its in zip(self.parts, other.parts, strict=True))

    @property
    def is_day(self) -> bool:
        """Whether year, month and day are given, and there is such a day."""
        try:
            return bool(self.year and self.month and self.day and date(self.year, self.month, self.day))
        except ValueError:
            return False

    @property
    def parts(self) -> tuple[int | None, int | None, int | None]:
        return self.year, self.month, self.day


def find_dates(text: str) -> tuple[WrittenDate, ...]:
    """Return the dates that a text gives, whole or in part, in order.

    Years of the Republic of China and of Japanese eras are converted. A date that leaves out the year or month takes them
    from the one before it: `12月15日至17日` gives two days of December.
    """
    found = read_dates(text)
    for number, each in enumerate(found[1:], 1):
        before = found[number - 1]
        month = each.month or (before.month if each.day and not each.year else None)
        year = each.year or (before.year if each.month or month else None)
        found[number] = WrittenDate(year, month, each.day, each.start, each.end)
    return tuple(found)


def read_dates(text: str) -> list[WrittenDate]:
    """Return the dates that a text gives in order, each with the parts that itself gives."""
    plain = text.translate(FULL_WIDTH)
    found: list[WrittenDate] = []
    for pattern in DATES:
        for match in pattern.finditer(plain):
            if all(match.end() <= other.start or other.end <= match.start() for other in found):
                date_ = parse_written(match)
                found += [date_] if date_ else []
    return sorted(found, key=lambda each: each.start)


def parse_written(match: re.Match[str]) -> WrittenDate | None:
    """Return the date of a match of `DATES`, or None if there is no such day."""
    parts = match.groupdict()
    month = month_number(parts["month_name"]) if parts.get("month_name") else read_part(parts.get("month"))
    year, day = read_part(parts.get("year")), read_part(parts.get("day"))
    if year is not None:
        if era := parts.get("era"):
            year += ERAS[era]
        elif year < REPUBLIC[0] or REPUBLIC[1] < year < OLDEST:
            return None  # a number of years
        elif year <= REPUBLIC[1]:
            if not month:
                return None  # 100年 alone may be a hundred years
            year += ERAS["民國"]
    if year and month and day and not 1 <= month <= 12 and 1 <= day <= 12:
        month, day = day, month
    if (month and not 1 <= month <= 12) or (day and not 1 <= day <= 31) or month == 0 or day == 0:
        return None
    return WrittenDate(year, month, day, match.start(), match.end())


def read_part(written: str | None) -> int | None:
    """Return the number of a part of a date; 元 is the first year of an era."""
    return None if not written else 1 if written == "元" else parse_numeral(written)


def find_day(text: str) -> Day | None:
    """Return the first valid day that a text names, or None."""
    return cut_day(text)[0]


def cut_day(text: str) -> tuple[Day | None, str]:
    """Return the first valid day that a text names, and the text without it and without time ranges."""
    without_times = remove_times(text)
    dates = [each for each in read_dates(without_times) if not AMBIGUOUS.fullmatch(without_times[each.start : each.end])]
    for named in sorted(dates, key=lambda each: not each.is_day):
        # 2000 is a leap year.
        if replace(named, year=named.year or 2000).is_day:
            rest = without_times[: named.start] + without_times[named.end :]
            return Day(named.month or 0, named.day or 0, named.year), rest.strip(" ,，")
    return None, without_times.strip()


def month_number(name: str) -> int:
    """Return the number of a month, 1 to 12, by its English name or abbreviation.

    The name is case-folded, because a regular expression that ignores case matches `ſ` as `s`.
    """
    return MONTHS.index(name[:3].casefold()) + 1
