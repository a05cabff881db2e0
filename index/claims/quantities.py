"""Read numbers with what they count: digits, ideographs and English words, scales, shares, and units in four languages."""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from index.text.dates import FULL_WIDTH
from index.text.numerals import parse_numeral

SCALES = {
    **dict.fromkeys("千", 1e3),
    **dict.fromkeys("百", 1e2),
    **dict.fromkeys("萬万", 1e4),
    **dict.fromkeys("億亿", 1e8),
    "兆": 1e12,
    "hundred": 1e2,
    "thousand": 1e3,
    "million": 1e6,
    "billion": 1e9,
    "trillion": 1e12,
    "bn": 1e9,
}
ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen"
    " eighteen nineteen"
)
TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
VALUES: dict[str, int] = {
    **{word: value for value, word in enumerate(ONES.split())},
    **{word: 10 * value for value, word in enumerate(TENS.split(), 2)},
}
ORDINALS: dict[str, int] = {
    "first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8, "ninth": 9,
    "tenth": 10, "eleventh": 11, "twelfth": 12, "twentieth": 20, "thirtieth": 30, "fiftieth": 50, "hundredth": 100,
    **{f"{word}th": value for value, word in enumerate(ONES.split()) if value >= 13},
}  # fmt: skip
IDEOGRAPHS = "〇零一二三四五六七八九十百千萬万億亿兩两"
DIGITS = r"\d[\d,]*(?:\.\d+)?"
WORD = "|".join(sorted((*VALUES, "hundred", "thousand", "million", "billion"), key=len, reverse=True))
SCALE = "|".join(sorted(SCALES, key=len, reverse=True))
# A number in digits may go on after its scale, as in 5萬6,300; shares stand before the plain numbers that they begin with.
PATTERNS = re.compile(
    rf"(?:(?P<ordinal>第)\s*)?(?:"
    rf"(?P<a_half>一半|半[數数]|\b(?:a |one )?half\b)"
    rf"|\b(?P<a_part>(?:one|two|three|a) (?:thirds?|quarters?|fifths?|tenths?))\b"
    rf"|百分之\s*(?P<hundredths>{DIGITS}|[{IDEOGRAPHS}]+(?:[點点][{IDEOGRAPHS}]+)?)"
    rf"|(?P<below>[{IDEOGRAPHS}]{{1,3}}|\d{{1,3}})\s*分(?:之|の)\s*(?P<above>[{IDEOGRAPHS}]{{1,3}}|\d{{1,3}})"
    rf"|(?P<tenths>[一二兩两三四五六七八九\d](?:\.\d)?)\s*[成割](?![立員员長长果本都功熟])(?P<more>[一二三四五六七八九半])?"
    rf"|(?<![A-Za-z\d:.])(?<![A-Za-z]-)(?P<digits>(?:{DIGITS}\s*(?:{SCALE})(?![a-z])\s*)+(?:{DIGITS}(?![年月日]))?|{DIGITS})(?P<th>st|nd|rd|th)?(?![A-Za-z]*\d|:\d)"
    rf"|(?P<ideographs>[{IDEOGRAPHS}]+)"
    rf"|\b(?P<words>(?:(?:{WORD})(?:[\s-]+(?:and\s+)?)?)+)\b"
    rf"|\b(?P<ordinal_word>(?:(?:{TENS.replace(' ', '|')})-)?(?:{'|'.join(ORDINALS)}))\b"
    rf")",
    re.IGNORECASE,
)
ABOUT = re.compile(r"\s*[餘余多幾几来來]?\s*[個个]?\s*")
TOLERANCE = 0.005  # share by which two numbers may differ, such as a third and 33.3 %
AT_LEAST = re.compile(
    r"(?:超[過过]|逾|至少|不少[於于]|多[於于]|起碼|高於|more than|over|at least|above|exceed(?:s|ed|ing)?|少なくとも)\s*$",
    re.I,
)
OR_MORE = re.compile(r"\s*(?:以上|を?超|を?上回|or more)", re.I)
AT_MOST = re.compile(
    r"(?:不到|未[滿满]|[少低][於于]|不足|至多|不超[過过]|less than|fewer than|under|below|at most|up to|no more than)\s*$",
    re.I,
)
OR_LESS = re.compile(r"\s*(?:以下|以內|以内|未満|を?下回|or less|or fewer)", re.I)
ODD = re.compile(r"\s*(?:多|餘|余|幾|几|來|来|強|あまり)")
ABOUT_BEFORE = re.compile(
    r"(?:約|约|近|將近|将近|大約|大约|差不多|about|some|nearly|almost|around|roughly|approximately|およそ|ほぼ)\s*$", re.I
)
ABOUT_AFTER = re.compile(r"\s*(?:左右|上下|ほど|前後|程度|ぐらい|くらい|or so)", re.I)
NO_NUMBERS = frozenset("百千萬万億亿")  # alone: 千人, 萬國
PARTS = {"third": 3, "quarter": 4, "fifth": 5, "tenth": 10}


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number of a text.

    :param value: with its scale; a share in per cent.
    :param unit: canonical name of what it counts, with "#" in front for an ordinal; empty if unknown.
    :param start: offset of what is written.
    :param end: its end, with the unit.
    :param least: the smallest number that it stands for: more for `at least 3`, nearly 3 for `about 3`.
    :param most: the largest one.
    """

    value: float
    unit: str
    start: int
    end: int
    least: float
    most: float

    def admits(self, other: Quantity) -> bool:
        """Return whether another number is one that this one stands for."""
        return self.least <= other.value <= self.most or (self.value == other.value and self.unit == other.unit)

    @property
    def is_one(self) -> bool:
        """Return whether it may be an article: 一家公司, one of them."""
        return self.value == 1 and self.unit != "percent" and not self.unit.startswith("#")


@cache
def unit_pattern() -> tuple[re.Pattern[str], dict[str, str]]:
    """Return the pattern of all units at a place, longest first, and the canonical unit of each."""
    tables = tomllib.loads((files("index.claims") / "units.toml").read_text("utf-8"))
    canonical = {word.lower(): unit for unit, words in tables.items() for word in words}
    longest = sorted(canonical, key=len, reverse=True)
    return re.compile(
        "|".join(re.escape(word) + (r"\b" if word[-1].isascii() and word[-1].isalpha() else "") for word in longest), re.I
    ), canonical


def find_quantities(text: str, without: Iterable[tuple[int, int]] = (), *, bare: bool = False) -> tuple[Quantity, ...]:
    """Return the numbers of a text, in order.

    Ideographs are a number only where a unit or an ordinal mark says so: 一起 and 十分 are words.

    :param without: spans to leave out, such as those of dates.
    :param bare: whether ideographs count without a unit, too.
    """
    plain = text.translate(FULL_WIDTH).replace("，", "\uff0c")
    left_out = list(without)
    found: list[Quantity] = []
    for match in PATTERNS.finditer(plain):
        if any(match.start() < end and start < match.end() for start, end in left_out):
            continue
        if quantity := read_quantity(match, plain, bare=bare):
            found.append(quantity)
    return tuple(found)


def read_quantity(match: re.Match[str], text: str, *, bare: bool) -> Quantity | None:
    """Return the quantity of a match, or None if it is no number."""
    parts = match.groupdict()
    start, end = match.span()
    if value := share_of(parts):
        return Quantity(value, "percent", start, end, *find_bounds(value, text, start, end))
    is_ordinal = bool(parts["ordinal"] or parts["th"] or parts["ordinal_word"])
    value = number_of(parts)
    if value is None:
        return None
    unit, unit_end = unit_after(text, end)
    if parts["ideographs"] and not (unit or is_ordinal or bare):
        return None
    if parts["ideographs"] in NO_NUMBERS or (
        parts["ideographs"] == "十" and text[end : end + 2] not in ("分鐘", "分钟") and unit == "minute"
    ):
        return None
    bounds = (value, value) if is_ordinal else find_bounds(value, text, start, unit_end, end)
    return Quantity(value, f"#{unit}" if is_ordinal else unit, start, unit_end if unit else end, *bounds)


def find_bounds(value: float, text: str, start: int, *ends: int) -> tuple[float, float]:
    """Return the smallest and the largest number that a number in its context stands for.

    :param ends: offsets after which words that go with it may stand: after the unit, after the number.
    """
    before, after = text[max(0, start - 14) : start], [text[end : end + 8] for end in ends]
    if AT_LEAST.search(before) or any(OR_MORE.match(each) for each in after):
        return value, math.inf
    if AT_MOST.search(before) or any(OR_LESS.match(each) for each in after):
        return -math.inf, value
    if any(ODD.match(each) for each in after):
        return value, value * 1.4
    if ABOUT_BEFORE.search(before) or any(ABOUT_AFTER.match(each) for each in after):
        return value * 0.93, value * 1.07
    return value * (1 - TOLERANCE), value * (1 + TOLERANCE)


def share_of(parts: dict[str, str | None]) -> float | None:
    """Return a share in per cent, or None if the match is no share."""
    if written := parts["hundredths"]:
        return read_value(written)
    if (below := parts["below"]) and (above := parts["above"]):
        return 100 * read_value(above) / (read_value(below) or 1)
    if written := parts["tenths"]:
        more = parts["more"]
        return 10 * read_value(written) + (5 if more == "半" else read_value(more) if more else 0)
    if parts["a_half"]:
        return 50
    if written := parts["a_part"]:
        count, _, part = written.lower().partition(" ")
        return 100 * VALUES.get(count, 1) / PARTS[part.rstrip("s")]
    return None


def number_of(parts: dict[str, str | None]) -> float | None:
    """Return the value of a plain number."""
    if written := parts["digits"]:
        pieces = re.findall(rf"({DIGITS})\s*({SCALE})?", written, re.I)
        return sum(read_value(number) * SCALES.get(scale.lower(), 1) for number, scale in pieces)
    if written := parts["ideographs"]:
        return float(parse_numeral(written))
    if written := parts["ordinal_word"]:
        tens, _, ones = written.lower().rpartition("-")
        return float(VALUES.get(tens, 0) + ORDINALS[ones])
    if written := parts["words"]:
        return read_words(re.findall(r"[a-z]+", written.lower()))
    return None


def read_value(written: str) -> float:
    """Return the value of digits or ideographs, which may have a decimal point: 三點二."""
    if written[0].isdigit():
        return float(written.replace(",", ""))
    whole, *decimals = re.split("[點点]", written)
    return parse_numeral(whole) + (parse_numeral(decimals[0]) / 10 ** len(decimals[0]) if decimals else 0)


def read_words(words: Iterable[str]) -> float:
    """Return the value of English number words, such as two hundred and five thousand."""
    total, part = 0.0, 0.0
    for word in words:
        if word in VALUES:
            part += VALUES[word]
        elif word == "hundred":
            part = (part or 1) * 100
        elif word in SCALES:
            total, part = total + (part or 1) * SCALES[word], 0.0
    return total + part


def unit_after(text: str, at: int) -> tuple[str, int]:
    """Return the canonical unit after a number, empty if there is none, and its end.

    In English one or two other words may stand between: 40 senior officials of... counts people only if it says so.
    """
    pattern, canonical = unit_pattern()
    match = ABOUT.match(text, at)
    place = match.end() if match else at
    for start in dict.fromkeys((at, place)):
        spaces = re.compile(r"\s*").match(text, start)
        if found := pattern.match(text, spaces.end() if spaces else start):
            return canonical[found[0].lower()], found.end()
    if following := re.compile(r"\s+(?:[a-z]+\s+){1,2}", re.I).match(text, at):
        words = list(re.finditer(r"[a-z]+", text[at : following.end() + 30], re.I))[:3]
        for word in words:
            if (unit := canonical.get(word[0].lower())) and len(word[0]) > 2:
                return unit, at + word.end()
    return "", at
