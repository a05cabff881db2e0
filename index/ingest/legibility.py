"""Tell garbled text from text, whatever file it comes from: lost characters, and words that no language writes.

A PDF may draw glyphs without saying which characters they are; a text may be saved in another encoding than it was read in.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping
from functools import lru_cache

from index.ingest.converter_types import GarbledError

FEWEST, FEWEST_ON_PAGE = 10, 200  # characters; fewer tell nothing about what a text is made of
MOST_NAMED = 20  # pages
# Maximum shares of all characters that are not white space. Fonts of symbols have some characters of private use.
LOST, MEANINGLESS = 0.01, 0.05
MOST_PAIRS, ODD_WORDS = 0.02, 0.2
# Languages with Latin letters write 30 to 50 % vowels; numbers of glyphs taken for letters give about 15 %.
VOWELS, LETTERS_TO_TELL = 0.2, 30
VOWEL = frozenset("aeiouyAEIOUY")
SYMBOLS = range(0xF000, 0xF100)  # of private use, for bullets
# UTF-8 that was read as if each byte were a character.
MOJIBAKE = re.compile(r"[\u00c2\u00c3\u00e2-\u00ef][\u0080-\u00bf\u0152-\u02dc\u2013-\u2122]")
# A sign between letters that no spelling has there. Paths and addresses have others.
SIGN_WITHIN = re.compile(r"[^\W\d_][\\~¯¨`^|{}<>¬¦¤§¶±÷×°¸¢£¥¿¡][^\W\d_]")
WORD = re.compile(r"[^\W\d_]{2,}")
# Scripts that no word mixes, by the first word of a letter's name. Units and formulas put single Greek letters into words.
SCRIPTS = frozenset(
    (
        "LATIN",
        "CYRILLIC",
        "ARABIC",
        "HEBREW",
        "THAI",
        "LAO",
        "KHMER",
        "MYANMAR",
        "DEVANAGARI",
        "ARMENIAN",
        "GEORGIAN",
        "ETHIOPIC",
    )
)
EAST = frozenset(("CJK", "HIRAGANA", "KATAKANA", "HANGUL", "BOPOMOFO"))
TOGETHER = frozenset(("LATIN", "EAST"))  # without a space between them


def expect_legible(text: str, unmapped: int = 0) -> None:
    """Check that a text holds the characters that a reader of its file sees.

    :param unmapped: Number of glyphs that the file has no character for.
    :raises GarbledError: If it does not; the message says how that shows.
    """
    if problem := find_garbling(text, unmapped):
        raise GarbledError(f"its text is garbled: {problem}")


def expect_legible_pages(pages: Mapping[int, str], unmapped: Mapping[int, int]) -> None:
    """Check that pages hold the characters that a reader of them sees.

    :param pages: Their texts by their numbers.
    :param unmapped: Number of glyphs that the file has no character for, by page.
    :raises GarbledError: If they do not, all together or one of them; the message names the pages.
    """
    expect_legible("\n".join(pages.values()), sum(unmapped.values()))
    problems = {
        number: problem
        for number, text in pages.items()
        if len(text) >= FEWEST_ON_PAGE and (problem := find_garbling(text, unmapped.get(number, 0)))
    }
    if problems:
        first, *_ = problems
        named = ", ".join(map(str, [*problems][:MOST_NAMED])) + (" …" if len(problems) > MOST_NAMED else "")
        pages_named = f"page{'s' * (len(problems) > 1)} {named}"
        raise GarbledError(f"its text is garbled on {pages_named}: {problems[first]}")


def find_garbling(text: str, unmapped: int = 0) -> str:
    """Return how a text shows that its characters were lost, or an empty text.

    :param unmapped: Number of glyphs that the file has no character for.
    """
    counts = {character: count for character, count in Counter(text).items() if not character.isspace()}
    total = sum(counts.values())
    if total < FEWEST:
        return ""
    categories = Counter[str]()
    for character, count in counts.items():
        if ord(character) not in SYMBOLS:
            categories[unicodedata.category(character)] += count
    lost = counts.get("\ufffd", 0) + categories["Cc"]
    meaningless = unmapped + lost + categories["Co"] + categories["Cn"]
    if lost > LOST * total or meaningless > MEANINGLESS * total:
        return f"{meaningless:,} of {total:,} characters have no meaning"
    if (pairs := len(MOJIBAKE.findall(text))) > MOST_PAIRS * total:
        return f"{pairs:,} pairs of characters are single ones in UTF-8, which was read as another encoding"
    odd = [word for word in text.split() if "://" not in word and is_odd(word)]
    if sum(map(len, odd)) > ODD_WORDS * total:
        return f"words such as “{odd[0][:20]}” mix scripts or signs"
    # Abbreviations have few vowels, so capitals count only where small letters are rare.
    letters = {character: count for character, count in counts.items() if character.isascii() and character.isalpha()}
    number, vowels = sum(letters.values()), sum(count for letter, count in letters.items() if letter in VOWEL)
    if number >= LETTERS_TO_TELL and number > total / 2 and vowels < VOWELS * number:
        return f"only {vowels / number:.0%} of its letters are vowels"
    return ""


@lru_cache(maxsize=4096)
def is_odd(word: str) -> bool:
    """Return whether a word has a sign or letters of several scripts where no language has them."""
    return bool(SIGN_WITHIN.search(word)) or any(mixes_scripts(part) for part in WORD.findall(word))


def mixes_scripts(letters: str) -> bool:
    """Return whether letters are of scripts that no word mixes."""
    scripts = {script for letter in letters if (script := script_of(letter))}
    return len(scripts) > 1 and scripts != TOGETHER


@lru_cache(maxsize=4096)
def script_of(letter: str) -> str:
    """Return the script of a letter that is written in words with others of its script, or an empty text."""
    first = unicodedata.name(letter, "").partition(" ")[0]
    return "EAST" if first in EAST else first if first in SCRIPTS else ""
