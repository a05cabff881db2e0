"""Find the days of an event that a look-up names: a date in a common form, a weekday, or the number of the day."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from index.text.dates import Day, cut_day
from index.text.normalization import fold_text
from index.text.numerals import parse_numeral

NUMERALS = "〇一二三四五六七八九"
ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
CARDINALS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
# Largest gap in days within one event, which may pause for a weekend; a larger gap separates two events.
GAP = 3
ONE_TO_NINE, ONE_TO_SIX = f"[{NUMERALS[1:]}]", f"[{NUMERALS[1:7]}]"
NUMERAL = re.compile(
    rf"(?:{ONE_TO_NINE}?十{ONE_TO_NINE}?|廿{ONE_TO_NINE}?|[{NUMERALS}])(?=\s*[月日号天])"
    rf"|(?:(?<=星期)|(?<=礼拜)|(?<=周)){ONE_TO_SIX}"
)
# Patterns match folded text, which has Simplified characters.
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
# `12.16`, `12-16` and `16/12` count as dates only if they are the whole look-up.
TWO_NUMBERS = re.compile(r"(\d{1,2})\s*[./-]\s*(\d{1,2})")


@dataclass(frozen=True)
class Calendar:
    """The days with sessions, in ISO 8601, ascending."""

    days: tuple[str, ...]

    @cached_property
    def event(self) -> tuple[str, ...]:
        """The days that `day 2` counts: the longest run of days, the first of equally long ones."""
        runs: list[list[str]] = []
        for day in self.days:
            if runs and (date.fromisoformat(day) - date.fromisoformat(runs[-1][-1])).days <= GAP:
                runs[-1].append(day)
            else:
                runs.append([day])
        longest = max(map(len, runs), default=0)
        return next((tuple(run) for run in runs if len(run) == longest), ())

    def cut(self, query: str) -> tuple[tuple[str, ...] | None, str]:
        """Return the days that a query names, and the query without them.

        :return: days in ISO 8601; None if the query names none, () if it names a day without sessions.
        """
        text = arabic_number(fold_text(query)).strip()
        for reader in (
            self._read_number_pair,
            self._read_date,
            self._read_ordinal,
            self._read_weekday,
            self._read_day_of_month,
        ):
            if result := reader(text):
                return result
        return None, query

    def _read_number_pair(self, text: str) -> tuple[tuple[str, ...], str] | None:
        if not (match := TWO_NUMBERS.fullmatch(text)):
            return None
        first, second = int(match[1]), int(match[2])
        for day in (Day(first, second), Day(second, first)):
            if days := self._filter_days(day.fits):
                return days, ""
        return None

    def _read_date(self, text: str) -> tuple[tuple[str, ...], str] | None:
        day, rest = cut_day(text)
        return (self._filter_days(day.fits), rest) if day else None

    def _read_ordinal(self, text: str) -> tuple[tuple[str, ...], str] | None:
        if not (match := ORDINAL.search(text)):
            return None
        if match["last"] or match["first"]:
            number = len(self.event) if match["last"] else 1
        else:
            word = match["n"] or match["d"] or match["th"]
            digits = re.match(r"\d+", word)
            number = int(digits[0]) if digits else (CARDINALS if word in CARDINALS else ORDINALS).index(word) + 1
        return self.event[number - 1 : number] if number else (), remove_span(text, match)

    def _read_weekday(self, text: str) -> tuple[tuple[str, ...], str] | None:
        if short := SHORT_WEEKDAY.fullmatch(text):
            weekday = next(n for n, name in enumerate(WEEKDAYS) if name.startswith(short[1]))
            return self._filter_days(lambda day: date.fromisoformat(day).weekday() == weekday), ""
        if not (match := WEEKDAY.search(text)):
            return None
        if match["zh"]:
            weekday = 6 if match["zh"] in "日天" else int(match["zh"]) - 1
        else:
            weekday = "月火水木金土日".index(match["ja"]) if match["ja"] else WEEKDAYS.index(match["en"])
        return self._filter_days(lambda day: date.fromisoformat(day).weekday() == weekday), remove_span(text, match)

    def _read_day_of_month(self, text: str) -> tuple[tuple[str, ...], str] | None:
        if not (match := DAY_OF_MONTH.search(text)):
            return None
        number = int(match[1] or match[2])
        days = self._filter_days(lambda day: int(day[-2:]) == number)
        return tuple(day for day in days if day in self.event) or days, remove_span(text, match)

    def _filter_days(self, fits: Callable[[str], bool]) -> tuple[str, ...]:
        return tuple(filter(fits, self.days))


def remove_span(text: str, match: re.Match[str]) -> str:
    """Return the text without a match, white space normalized."""
    return " ".join(f"{text[: match.start()]} {text[match.end() :]}".split())


def arabic_number(text: str) -> str:
    """Return the text with the ideographic numbers of dates, such as 十二月十六日, 第二天 and 星期四, in digits."""
    return NUMERAL.sub(lambda match: str(parse_numeral(match[0])), text)
