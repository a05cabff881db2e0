"""Which days of an event a look-up names: a date in any common form, a weekday, or the day's number."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from index.text.dates import Day, cut_day
from index.text.normalization import fold_text

NUMERALS = "〇一二三四五六七八九"
ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
CARDINALS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
# Days of one event follow one another, but for a weekend; what is further away is an event before or after it.
GAP = 3
ONE_TO_NINE, ONE_TO_SIX = f"[{NUMERALS[1:]}]", f"[{NUMERALS[1:7]}]"
NUMERAL = re.compile(
    rf"(?:{ONE_TO_NINE}?十{ONE_TO_NINE}?|廿{ONE_TO_NINE}?|[{NUMERALS}])(?=\s*[月日号天])"
    rf"|(?:(?<=星期)|(?<=礼拜)|(?<=周)){ONE_TO_SIX}"
)
# As in folded text, which is in Simplified characters.
ORDINAL = re.compile(
    rf"第\s*(?P<n>\d{{1,2}})\s*[天日]|\bday\s*(?P<d>\d{{1,2}}|{'|'.join(CARDINALS)})\b"
    rf"|\b(?P<th>\d{{1,2}}(?:st|nd|rd|th)|{'|'.join(ORDINALS)})\s+day\b|(?P<last>最后[1一][天日]|\b(?:last|final)\s+day\b)"
    r"|(?P<first>首日)"
)
WEEKDAY = re.compile(
    rf"(?:星期|礼拜|周)\s*(?P<zh>[1-6日天])|(?P<ja>[月火水木金土日])曜日?|\b(?P<en>{'|'.join(WEEKDAYS)})s?\b"
)
SHORT_WEEKDAY = re.compile(r"(mon|tue|wed|thu|fri|sat|sun)(?:s|rs?|nes)?\.?")
DAY_OF_MONTH = re.compile(r"(?<![\d月/.-])(\d{1,2})\s*[日号]|\b(?:the\s+)?(\d{1,2})(?:st|nd|rd|th)\b")
# `12.16`, `12-16` and `16/12` may be anything in a text, but where a look-up is nothing else.
TWO_NUMBERS = re.compile(r"(\d{1,2})\s*[./-]\s*(\d{1,2})")


@dataclass(frozen=True)
class Calendar:
    """The days on which there are sessions, ISO 8601, ascending."""

    days: tuple[str, ...]

    @cached_property
    def event(self) -> tuple[str, ...]:
        """The days that are counted: the longest row of them, the first of equals."""
        rows: list[list[str]] = []
        for day in self.days:
            if rows and (date.fromisoformat(day) - date.fromisoformat(rows[-1][-1])).days <= GAP:
                rows[-1].append(day)
            else:
                rows.append([day])
        longest = max(map(len, rows), default=0)
        return next((tuple(row) for row in rows if len(row) == longest), ())

    def cut(self, query: str) -> tuple[tuple[str, ...] | None, str]:
        """The days that a query names and the query without them; None where it names none, () where no session is then."""
        text = arabic_number(fold_text(query)).strip()
        for read in (self._pair, self._date, self._ordinal, self._weekday, self._day_of_month):
            if found := read(text):
                return found
        return None, query

    def _pair(self, text: str) -> tuple[tuple[str, ...], str] | None:
        if not (found := TWO_NUMBERS.fullmatch(text)):
            return None
        first, second = int(found[1]), int(found[2])
        for day in (Day(first, second), Day(second, first)):
            if named := self._fitting(day.fits):
                return named, ""
        return None

    def _date(self, text: str) -> tuple[tuple[str, ...], str] | None:
        day, rest = cut_day(text)
        return (self._fitting(day.fits), rest) if day else None

    def _ordinal(self, text: str) -> tuple[tuple[str, ...], str] | None:
        if not (found := ORDINAL.search(text)):
            return None
        if found["last"] or found["first"]:
            number = len(self.event) if found["last"] else 1
        else:
            word = found["n"] or found["d"] or found["th"]
            digits = re.match(r"\d+", word)
            number = int(digits[0]) if digits else (CARDINALS if word in CARDINALS else ORDINALS).index(word) + 1
        return self.event[number - 1 : number] if number else (), remove_span(text, found)

    def _weekday(self, text: str) -> tuple[tuple[str, ...], str] | None:
        if short := SHORT_WEEKDAY.fullmatch(text):
            wanted = next(n for n, name in enumerate(WEEKDAYS) if name.startswith(short[1]))
            return self._fitting(lambda day: date.fromisoformat(day).weekday() == wanted), ""
        if not (found := WEEKDAY.search(text)):
            return None
        if found["zh"]:
            wanted = 6 if found["zh"] in "日天" else int(found["zh"]) - 1
        else:
            wanted = "月火水木金土日".index(found["ja"]) if found["ja"] else WEEKDAYS.index(found["en"])
        return self._fitting(lambda day: date.fromisoformat(day).weekday() == wanted), remove_span(text, found)

    def _day_of_month(self, text: str) -> tuple[tuple[str, ...], str] | None:
        if not (found := DAY_OF_MONTH.search(text)):
            return None
        number = int(found[1] or found[2])
        named = self._fitting(lambda day: int(day[-2:]) == number)
        return tuple(day for day in named if day in self.event) or named, remove_span(text, found)

    def _fitting(self, fits: Callable[[str], bool]) -> tuple[str, ...]:
        return tuple(filter(fits, self.days))


def remove_span(text: str, found: re.Match[str]) -> str:
    return " ".join(f"{text[: found.start()]} {text[found.end() :]}".split())


def arabic_number(text: str) -> str:
    """The text with the numbers of its dates, such as 十二月十六日, 第二天 and 星期四, in digits."""
    return NUMERAL.sub(ideographs_as_digits, text)


def ideographs_as_digits(found: re.Match[str]) -> str:
    """A number below 100, written with ideographs, in digits."""
    tens, ten, units = found[0].replace("廿", "二十").rpartition("十")
    number = (NUMERALS.index(tens) if tens else 1) * 10 if ten else 0
    return str(number + (NUMERALS.index(units) if units else 0))
