"""Change a sentence so that it says something else: another number, date, place or degree, the opposite, or a denial."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator, Sequence

from index.claims.opposites import find_sides, load_opposites
from index.text.gazetteer import country_spellings, find_countries
from index.text.normalization import fold_text, name_key

DIGITS = re.compile(r"(?<![A-Za-z\d.,:/-])\d[\d,]*(?:\.\d+)?(?![\d:/-])")
IDEOGRAPHIC = re.compile(r"[二三四五六七八九兩](?=[個个位名人項项國国場场次屆届年月天日成倍組组件份種种條条萬万億亿百千十])")
NUMBER_WORDS = ("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "twenty")
NUMBER_WORD = re.compile(rf"\b(?:{'|'.join(NUMBER_WORDS)})\b", re.I)
SCALES = (("億", "萬"), ("萬", "億"), ("亿", "万"), ("million", "billion"), ("billion", "million"), ("千", "百"))
YEAR = re.compile(r"(?<!\d)(?:1[5-9]|20)\d\d(?=\s*年|\b)")
MONTH_OR_DAY = re.compile(r"(?<!\d)\d{1,2}(?=\s*[月日])")
MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
MONTH_NAME = re.compile(rf"\b(?:{'|'.join(MONTHS)})\b")
# A denial is put before these words, or in the place of these endings.
DENIED = (
    (re.compile(r"(?<![不未])(?=(?:是|會|会|能|可以|應|应|需要|同意|屬於|属于)[\u4e00-\u9fff])"), "不"),
    (
        re.compile(
            r"(?<![不未沒没有])(?=(?:舉行|举行|參加|参加|提出|發布|发布|召開|召开|設立|设立|成立|加入|簽署|签署|出席|獲得|获得|公布|包含|包括|提供|舉辦|举办|邀請|邀请|採用|采用|建立|導致|导致|影響|影响|承諾|承诺))"
        ),
        "沒有",
    ),
    (re.compile(r"\b(is|was|are|were|has|had|will|can|must|should)\b(?! not)(?= [a-z])"), r"\1 not"),
    (re.compile(r"した(?=。|$)"), "しなかった"),
    (re.compile(r"れた(?=。|$)"), "れなかった"),
    (re.compile(r"である(?=。|$)"), "ではない"),
    (re.compile(r"いる(?=。|$)"), "いない"),
    (re.compile(r"った(?=。|$)"), "らなかった"),
)
ALSO_DENIAL = re.compile("不僅|不仅|不只|不但|不同|不斷|不断")
NAMES = re.compile(
    r"(?<![A-Za-z])[A-Z][\w’'-]+(?:\s+(?:of\s+|de\s+|von\s+)?[A-Z][\w’'-]+)*|[\u30a1-\u30ff]{3,}(?:・[\u30a1-\u30ff]+)*|「[^」]{2,15}」"
)
BETWEEN = frozenset({"", "、", ",", "，", "・", "and", "與", "和", "及", "&", "or", "や", "と"})  # names of a list
Edit = Callable[[str, random.Random], str | None]


def edit_statement(sentence: str, rng: random.Random) -> Iterator[tuple[str, str]]:
    """Yield the kinds of edit that a sentence allows, each with the edited sentence, in random order."""
    kinds = list(EDITS)
    rng.shuffle(kinds)
    for kind in kinds:
        edited = EDITS[kind](sentence, rng)
        if edited and edited != sentence:
            yield kind, edited


def replace_one(text: str, matches: Sequence[re.Match[str]], make: Callable[[str], str], rng: random.Random) -> str | None:
    """Replace one of some matches; None if there are none."""
    if not matches:
        return None
    match = rng.choice(matches)
    return text[: match.start()] + make(match[0]) + text[match.end() :]


def change_number(sentence: str, rng: random.Random) -> str | None:
    """Change a number that is no year, month or day."""
    dated = {match.start() for pattern in (YEAR, MONTH_OR_DAY) for match in pattern.finditer(sentence)}
    found = [match for match in DIGITS.finditer(sentence) if match.start() not in dated and match.start() > 0]
    found += [*IDEOGRAPHIC.finditer(sentence), *NUMBER_WORD.finditer(sentence)]
    return replace_one(sentence, found, lambda written: other_number(written, rng), rng)


def other_number(written: str, rng: random.Random) -> str:
    """Return another number, written alike."""
    if not written[0].isdigit():
        words = NUMBER_WORDS if written.isascii() else "二三四五六七八九"
        return rng.choice([word for word in words if word not in (written.lower(), "二" if written == "兩" else "")])
    plain = written.replace(",", "")
    if "." in plain:
        return (
            f"{float(plain) + rng.choice((-1, 1, 2)) * rng.choice((0.3, 1.2, 5)):.{len(plain.partition('.')[2])}f}".lstrip(
                "-"
            )
        )
    value = int(plain)
    changed = rng.choice(
        [value + 1, value + rng.randint(2, 9), value * 2 or 3, max(1, value // 2), value * 10, max(0, value - 1)]
    )
    changed = value + 3 if changed == value else changed
    return f"{changed:,}" if "," in written else str(changed)


def change_scale(sentence: str, rng: random.Random) -> str | None:
    """Change the scale of a number, such as million to billion."""
    fitting = [(scale, other) for scale, other in SCALES if re.search(rf"\d\s*{scale}", sentence)]
    if not fitting:
        return None
    scale, other = rng.choice(fitting)
    return re.sub(rf"(\d\s*){scale}", rf"\g<1>{other}", sentence, count=1)


def change_date(sentence: str, rng: random.Random) -> str | None:
    """Change a year, month or day."""
    found = [*YEAR.finditer(sentence), *MONTH_OR_DAY.finditer(sentence), *MONTH_NAME.finditer(sentence)]

    def other(written: str) -> str:
        if written.isalpha():
            return rng.choice([month for month in MONTHS if month != written])
        if len(written) == 4:
            return str(int(written) + rng.choice((-10, -3, -2, -1, 1, 2, 5)))
        return str(rng.choice([value for value in range(1, 13) if value != int(written)]))

    return replace_one(sentence, found, other, rng)


def change_country(sentence: str, rng: random.Random) -> str | None:
    """Change a country to another one."""
    named = [term.value for term in find_countries(name_key(sentence)) if term.meaning == "country"]
    spelled = [name for country in sorted(named) for name in (country, *country_spellings(country)) if name in sentence]
    if not spelled:
        return None
    name = max(spelled, key=len)
    others = ("Portugal", "Chile", "Norway", "Kenya") if name.isascii() else ("葡萄牙", "智利", "挪威", "肯亞")
    return sentence.replace(name, rng.choice([other for other in others if other not in sentence]), 1)


def swap_names(sentence: str, rng: random.Random) -> str | None:
    """Exchange two names of the sentence."""
    names = [match for match in NAMES.finditer(sentence) if match.start() > 0 or not match[0].isascii() or " " in match[0]]
    pairs = [(a, b) for n, a in enumerate(names) for b in names[n + 1 :] if a[0] not in b[0] and b[0] not in a[0]]
    if not pairs:
        return None
    first, second = rng.choice(pairs)
    middle = sentence[first.end() : second.start()]
    if middle.strip() in BETWEEN:
        return None  # the order of a list says nothing
    return sentence[: first.start()] + second[0] + middle + first[0] + sentence[second.end() :]


def deny(sentence: str, rng: random.Random) -> str | None:
    """Deny a sentence, or take its denial away."""
    if ALSO_DENIAL.search(sentence):
        return None
    places = [(match, word) for pattern, word in DENIED for match in pattern.finditer(sentence)]
    if not places:
        return None
    match, word = rng.choice(places)
    return sentence[: match.start()] + match.expand(word) + sentence[match.end() :]


def oppose(kind: str) -> Edit:
    """Return the edit that puts a word's opposite in its place."""

    def edit(sentence: str, rng: random.Random) -> str | None:
        folded = fold_text(sentence)
        if len(folded) != len(sentence):
            return None
        found: list[tuple[re.Match[str], str]] = []
        for opposites in load_opposites():
            sides = list(find_sides(opposites, folded)) if opposites.kind == kind else []
            if len(sides) == 1:
                number, match = sides[0]
                words = opposites.sides if folded == sentence else opposites.written
                others = [side[0] for n, side in enumerate(words) if n != number and side and len(match[0]) > 1]
                found += [(match, word) for word in others]
        if not found:
            return None
        match, word = rng.choice(found)
        return sentence[: match.start()] + word + sentence[match.end() :]

    return edit


EDITS: dict[str, Edit] = {
    "number": change_number,
    "scale": change_scale,
    "date": change_date,
    "country": change_country,
    "swap": swap_names,
    "polarity": deny,
    "antonym": oppose("antonym"),
    "degree": oppose("degree"),
    "role": oppose("role"),
    "plan": oppose("plan"),
}
