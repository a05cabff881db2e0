"""Claims as a careful writer makes them of a sentence by rules, and false ones: each true claim changed in eight ways."""

import random
import re
from collections.abc import Callable, Iterator

from index.claims.statements import NUMBERING
from index.text.localization import CJK, KANA
from index.training import statement_edits

SHORTEST, LONGEST = 14, 220  # characters of a claim
HALVES = re.compile(r"(?<=[；;])|(?<=[。！？])(?=[^」』）)])|(?<=[a-z)][.!?])\s+(?=[A-Z])")
# Before these a long sentence is cut; the word itself is left out.
CUTS = re.compile(r"[，,]\s*(?:並且|並|而且|且|此外，?|同時|另外，?|但|and (?=the |it |they |he |she )|but |while )")
SAID = re.compile(
    r"表示|指出|認為|說|強調|提到|主張|呼籲|建議|據|若|如果|可能|預計|希望|不|未|沒|無|非|除|只|僅|"
    r"\b(?:said|says|told|state[ds]|argue[ds]?|claim(?:ed|s)|believe[ds]?|according|if|unless|may|might|could|would|not|no|never|except|only)\b"
)
OPENING = re.compile(r"^(?:此外|另外|同時|而且|並且|並|此外|In addition|Moreover|Furthermore|Also),?，?\s*")
# What a writer is told not to begin a line with.
POINTING = re.compile(
    r"(?:He|She|It|They|His|Her|Its|Their|This|That|These|Those|Such|Both)\b|[他她它該其此這那渠]|(?:その|この|これ|それ|彼|同)"
)
BRACKETS = re.compile(r"（[^（）]{1,60}）| ?\([^()]{1,60}\)")
MOVED = re.compile(r"^(In|On|At|During|After|Since|By) ([^,]{3,40}), (.+?)([.。])?$")
MOVED_REASON = re.compile(r"^(由於|因為|為了|隨著)([^，。；]{4,40})，([^。；]+)(。)?$")
WORDS: tuple[tuple[str, str], ...] = (
    (r"以及|(?<!參)與(?!會|談|否)", "和"),
    (r"(?<![對關至由等])於(?=[\d首該本])", "在"),
    (r"亦", "也"),
    (r"目前", "現在"),
    (r"由於", "因為"),
    (r"皆(?!大)", "都"),
    (r"透過", "藉由"),
    (r"迄今", "至今"),
    (r"逾(?=\d)", "超過"),
    (r"例如", "像是"),
    (r"已(?=有|於|在|完成)", "已經"),
    (r"\bdid not\b", "didn't"),
    (r"\bis not\b", "isn't"),
    (r"\bwas not\b", "wasn't"),
    (r"\bsuch as\b", "for example"),
    (r"\bapproximately\b", "about"),
    (r"\bpercent\b", "per cent"),
    (r"\bas well as\b", "and"),
    (r"でした", "だった"),
    (r"および|及び", "と"),
)
DIGITS = dict(zip("23456789", "二三四五六七八九", strict=True))
COUNTED = re.compile(r"(?<![\d.,第/])[2-9](?=\s?(?:個|位|項|場|國|屆|名|次(?!元)))")


def true_claims(sentence: str, rng: random.Random) -> Iterator[str]:
    """Yield up to two claims that a sentence proves, none of which points back to another one."""
    pieces = [piece.strip() for piece in HALVES.split(sentence)]
    made = 0
    for piece in pieces:
        for part in cut(piece):
            claim = reword(part, rng)
            is_statement = not (claim.endswith(("?", "？", "：", ":")) or POINTING.match(claim))
            if SHORTEST <= len(claim) <= LONGEST and made < 2 and is_statement:
                made += 1
                yield claim


def cut(piece: str) -> list[str]:
    """Return a piece in two where it goes on with a conjunction, unless a word in it decides about all of it."""
    match = CUTS.search(piece)
    if not match or SAID.search(piece):
        return [piece]
    parts = [piece[: match.start()], piece[match.end() :]]
    return parts if all(len(part) >= SHORTEST for part in parts) else [piece]


def reword(text: str, rng: random.Random) -> str:
    """Put a clause in other forms of the same words."""
    text = OPENING.sub("", NUMBERING.sub("", text.strip("；; ")))
    if rng.random() < 0.5:
        text = BRACKETS.sub("", text)
    if (match := MOVED.match(text)) and rng.random() < 0.5:
        text = f"{match[3][0].upper()}{match[3][1:]} {match[1].lower()} {match[2]}."
    elif (match := MOVED_REASON.match(text)) and rng.random() < 0.5:
        text = f"{match[3]}，{match[1]}{match[2]}。"
    for pattern, other in WORDS:
        if rng.random() < 0.7:
            text = re.sub(pattern, other, text)
    if rng.random() < 0.5 and CJK.search(text):
        text = COUNTED.sub(lambda match: DIGITS[match[0]], text)
    if rng.random() < 0.3:
        text = text.replace("，", ",").replace("「", '"').replace("」", '"')
    return text if text.endswith(("。", ".", "！", "!", "？", "?")) else text + ("。" if CJK.search(text) else ".")


def invent_name(claim: str, rng: random.Random) -> str | None:
    """Put a name that no report has in the place of one, or in front."""
    names = [match for match in statement_edits.NAMES.finditer(claim) if match.start() > 0 and not match[0].startswith("「")]
    if names and rng.random() < 0.7:
        other = "ゾルビア" if KANA.search(names[0][0]) else "Alden Quist"
        return statement_edits.replace_one(claim, names, lambda _: other, rng)
    if KANA.search(claim):
        return f"ゾルビア社は{claim}"
    if CJK.search(claim):
        return rng.choice(("林大同", "佐爾比亞公司", "周明哲部長", "黃金基金會")) + claim
    return f"Alden Quist and {claim[0].lower()}{claim[1:]}"


def change_degree(claim: str, rng: random.Random) -> str | None:
    """Put the opposite degree or an opposite word, or say all, only or most where nothing is said."""
    for kind in rng.sample(["degree", "antonym", "role", "plan"], 4):
        if edited := statement_edits.EDITS[kind](claim, rng):
            return edited
    if CJK.search(claim) and not KANA.search(claim):
        return rng.choice(("只有", "所有", "大部分的")) + claim
    return f"Only {claim[0].lower()}{claim[1:]}" if claim.isascii() else None


QUALIFIERS = re.compile(
    r"可能|或許|預計|計畫於|擬(?=於)|尚未|將(?=於|在|持續)|希望|試圖|部分|約(?=\d)|至少|逾(?=\d)|超過(?=\d)|近(?=\d)|"
    r"[^，。；,]{1,20}(?:表示|指出|認為|強調|提到|呼籲|主張)(?:，|：|,)?|(?:若|如果|只要|除非)[^，。；,]{2,30}[，,]|"
    r"^(?:According to [^,]{3,40}, |[A-Z][a-z]+ (?:said|says|argued|claimed|believed) that )|"
    r",? (?:if|unless|until|except) [^,.;]{3,40}|"
    r"\b(?:may|might|could|probably|reportedly|allegedly|partly|some|most|at least|about|nearly|almost|usually|often)\b\s?"
)


def drop_qualifier(claim: str, rng: random.Random) -> str | None:
    """Leave out a hedge, a condition, a bound, or who said it."""
    edited = statement_edits.replace_one(claim, list(QUALIFIERS.finditer(claim)), lambda _: "", rng)
    return edited if edited and len(edited) >= SHORTEST else None


def swap(claim: str, rng: random.Random) -> str | None:
    """Exchange two names, countries or numbers."""
    if edited := statement_edits.swap_names(claim, rng):
        return edited
    numbers = [match for match in statement_edits.DIGITS.finditer(claim) if len(match[0]) < 4]
    if len(numbers) < 2 or numbers[0][0] == numbers[-1][0]:
        return None
    first, last = numbers[0], numbers[-1]
    return claim[: first.start()] + last[0] + claim[first.end() : last.start()] + first[0] + claim[last.end() :]


MUTATIONS: dict[str, Callable[[str, random.Random], str | None]] = {
    "number": lambda claim, rng: statement_edits.change_number(claim, rng) or statement_edits.change_scale(claim, rng),
    "date": statement_edits.change_date,
    "name": invent_name,
    "country": statement_edits.change_country,
    "polarity": statement_edits.deny,
    "degree": change_degree,
    "roles": swap,
    "qualifier": drop_qualifier,
}


def false_claims(claim: str, rng: random.Random) -> Iterator[tuple[str, str]]:
    """Yield the kinds of mutation that a claim allows, each with the mutated claim."""
    for kind, mutate in MUTATIONS.items():
        edited = mutate(claim, rng)
        if edited and edited != claim:
            yield kind, edited
