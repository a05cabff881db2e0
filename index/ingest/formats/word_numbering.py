"""Count the automatic numbers of a Word document, which stand in no paragraph: 1.2, (a), 壹、."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
DIGITS, LEGAL_DIGITS = "〇一二三四五六七八九", "零壹貳參肆伍陸柒捌玖"
TENS = ("", "十", "百", "千")
LEGAL_TENS = ("", "拾", "佰", "仟")
STEMS, BRANCHES = "甲乙丙丁戊己庚辛壬癸", "子丑寅卯辰巳午未申酉戌亥"
KANA = "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワヲン"
IROHA = "イロハニホヘトチリヌルヲワカヨタレソツネナラムウヰノオクヤマケフコエテアサキユメミシヱヒモセス"
ROMAN = {
    1000: "m",
    900: "cm",
    500: "d",
    400: "cd",
    100: "c",
    90: "xc",
    50: "l",
    40: "xl",
    10: "x",
    9: "ix",
    5: "v",
    4: "iv",
    1: "i",
}


@dataclass(frozen=True, slots=True)
class Level:
    """A level of a list: its first number, the format of numbers, and a text with %1 for the number of the first level."""

    start: int
    format: str
    text: str


@dataclass(slots=True)
class Numbering:
    """The lists of a document, and how far each is counted.

    :param lists: Levels by the number of a list and of the level.
    :param shared: The definition of each list. Lists with the same one count together.
    """

    lists: Mapping[str, Mapping[int, Level]]
    shared: Mapping[str, str]
    overridden: Mapping[str, frozenset[int]] = field(default_factory=dict)
    _counts: dict[str, dict[int, int]] = field(default_factory=dict)
    _seen: set[tuple[str, int]] = field(default_factory=set)

    @classmethod
    def from_xml(cls, root: Any) -> Numbering:
        """Read numbering.xml; without one, no paragraph has a number."""
        if root is None:
            return cls({}, {})
        definitions = {
            each.get(f"{WORD}abstractNumId"): {
                int(level.get(f"{WORD}ilvl")): read_level(level) for level in each.findall(f"{WORD}lvl")
            }
            for each in root.findall(f"{WORD}abstractNum")
        }
        lists, shared, overridden = {}, {}, {}
        for each in root.findall(f"{WORD}num"):
            number, definition = each.get(f"{WORD}numId"), value_of(each, "abstractNumId") or ""
            levels = dict(definitions.get(definition, {}))
            restarted = set()
            for override in each.findall(f"{WORD}lvlOverride"):
                at, own = int(override.get(f"{WORD}ilvl")), override.find(f"{WORD}lvl")
                if own is not None:
                    levels[at] = read_level(own)
                start = value_of(override, "startOverride")
                if start is not None and at in levels:
                    levels[at] = Level(int(start), levels[at].format, levels[at].text)
                    restarted.add(at)
            lists[number], shared[number], overridden[number] = levels, definition, frozenset(restarted)
        return cls(lists, shared, overridden)

    def next_number(self, number: str, level: int) -> str:
        """Count a paragraph of a list, and return its number as printed; empty for a bullet.

        :param number: Of the list.
        """
        levels = self.lists.get(number, {})
        if level not in levels:
            return ""
        counts = self._counts.setdefault(self.shared[number], {})
        if level in self.overridden.get(number, ()) and (number, level) not in self._seen:
            counts.pop(level, None)
        self._seen.add((number, level))
        counts[level] = counts.get(level, levels[level].start - 1) + 1
        for deeper in [each for each in counts if each > level]:
            del counts[deeper]
        if levels[level].format in ("bullet", "none"):
            return ""

        def number_of(match: re.Match[str]) -> str:
            at = int(match[1]) - 1
            of_level = levels.get(at, Level(1, "decimal", ""))
            return format_number(counts.get(at, of_level.start), of_level.format)

        return re.sub(r"%([1-9])", number_of, levels[level].text)


def read_level(level: Any) -> Level:
    """Read one level of a list."""
    start = value_of(level, "start") or "1"
    format_ = value_of(level, "numFmt") or "decimal"
    return Level(int(start), format_, value_of(level, "lvlText") or "")


def value_of(element: Any, name: str) -> str | None:
    """Return the value of a child element, or None."""
    child = element.find(f"{WORD}{name}")
    return None if child is None else child.get(f"{WORD}val")


def format_number(number: int, format_: str) -> str:
    """Return a number in one of Word's formats; in digits if the format is not known."""
    formatter = FORMATS.get(format_, str)
    return formatter(number) if number > 0 else str(number)


def ideograph_number(number: int, digits: str = DIGITS, tens: tuple[str, ...] = TENS) -> str:
    """Return a number below ten thousand in ideographs, such as 十二 or 一百零五."""
    if number >= 10_000:
        return str(number)
    text, gap = "", False
    for place in range(3, -1, -1):
        digit = number // 10**place % 10
        if digit:
            # Ten to nineteen begin with the ten.
            text += ("零" if gap and text else "") + ("" if place == 1 and not text and digit == 1 else digits[digit])
            text += tens[place]
        gap = not digit
    return text


def legal_number(number: int) -> str:
    """Return a number in the ideographs of documents, such as 參."""
    return ideograph_number(number, LEGAL_DIGITS, LEGAL_TENS)


def roman_number(number: int) -> str:
    """Return a number below four thousand in small Roman numerals."""
    text = ""
    for value, letters in ROMAN.items():
        text += letters * (number // value)
        number %= value
    return text if len(text) < 20 else str(number)


def letter(number: int) -> str:
    """Return the letter of a number as Word counts: a to z, then aa, bb."""
    return chr(ord("a") + (number - 1) % 26) * min(1 + (number - 1) // 26, 20)


def pick_from(signs: str) -> Callable[[int], str]:
    """Return a format that takes one sign after the other, from the beginning again after the last."""
    return lambda number: signs[(number - 1) % len(signs)]


def circled(number: int) -> str:
    """Return a number in a circle; plain above twenty."""
    return chr(0x2460 + number - 1) if number <= 20 else str(number)


FORMATS: dict[str, Callable[[int], str]] = {
    "upperRoman": lambda number: roman_number(number).upper(),
    "lowerRoman": roman_number,
    "upperLetter": lambda number: letter(number).upper(),
    "lowerLetter": letter,
    "decimalZero": "{:02}".format,
    "decimalFullWidth": lambda number: str(number).translate({0x30 + n: 0xFF10 + n for n in range(10)}),
    "decimalEnclosedCircle": circled,
    "decimalEnclosedCircleChinese": circled,
    "ideographTraditional": pick_from(STEMS),
    "ideographZodiac": pick_from(BRANCHES),
    "ideographLegalTraditional": legal_number,
    "chineseLegalSimplified": legal_number,
    "japaneseLegal": legal_number,
    "aiueoFullWidth": pick_from(KANA),
    "aiueo": pick_from(KANA),
    "iroha": pick_from(IROHA),
    "irohaFullWidth": pick_from(IROHA),
} | dict.fromkeys(
    (
        "taiwaneseCounting",
        "taiwaneseCountingThousand",
        "chineseCounting",
        "chineseCountingThousand",
        "japaneseCounting",
        "ideographDigital",
        "japaneseDigitalTenThousand",
        "taiwaneseDigital",
    ),
    ideograph_number,
)
