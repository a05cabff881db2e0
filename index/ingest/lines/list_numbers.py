"""Write the numbers of lists and headings in the formats of word processors: 1, a, iv, 壹, 甲."""

from __future__ import annotations

from collections.abc import Callable

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
