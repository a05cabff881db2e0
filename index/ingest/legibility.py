"""Tell garbled text from text: characters without meaning, and words that no language writes.

A PDF may draw glyphs without saying which characters they are. What is read then are numbers of glyphs taken for characters.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

MEANINGLESS = 0.05  # maximum share of characters without meaning; a font of symbols has fewer
ODD_WORDS, WORDS_TO_TELL = 0.25, 3  # maximum share of characters in odd words, and words needed
# Languages with Latin letters write 30 to 50 % vowels; numbers of glyphs taken for letters give about 15 %.
VOWELS, LETTERS_TO_TELL = 0.2, 30
SAMPLE = 200_000  # characters
VOWEL = frozenset("aeiouyAEIOUY")
# A sign between letters that no spelling has there. Paths and addresses have others.
SIGN_WITHIN = re.compile(r"[^\W\d_][\\~¯¨`^|{}<>¬¦¤§¶±÷×°¸¢£¥¿¡][^\W\d_]")
SCRIPTS = (
    "LATIN",
    "GREEK",
    "CYRILLIC",
    "ARABIC",
    "HEBREW",
    "THAI",
    "DEVANAGARI",
    "HANGUL",
    "ARMENIAN",
    "GEORGIAN",
    "ETHIOPIC",
)


def find_garbling(text: str, unmapped: int = 0) -> str:
    """Return why a text is garbled, or an empty text if it is not.

    :param unmapped: Number of glyphs that the file has no character for.
    """
    text = text[:SAMPLE]
    characters = [character for character in text if not character.isspace()]
    if not characters:
        return ""
    meaningless = unmapped + sum(map(_is_meaningless, characters))
    if meaningless > MEANINGLESS * len(characters):
        return f"{meaningless:,} of {len(characters):,} characters have no meaning"
    words = [word for word in text.split() if len(word) > 3 and "://" not in word]
    odd = [word for word in words if _is_odd(word)]
    if len(words) >= WORDS_TO_TELL and sum(map(len, odd)) > ODD_WORDS * sum(map(len, words)):
        return f"words such as “{odd[0][:20]}” mix scripts or signs"
    # Abbreviations have few vowels, so capitals count only where small letters are rare.
    letters = re.findall(r"[A-Za-z]", text)
    vowels = sum(letter in VOWEL for letter in letters)
    share = len(letters) / len(characters)
    if len(letters) >= LETTERS_TO_TELL and share > 0.5 and vowels < VOWELS * len(letters):
        return f"only {vowels / len(letters):.0%} of its letters are vowels"
    return ""


def _is_meaningless(character: str) -> bool:
    """Return whether a character is a replacement, unassigned, or of private use but for bullets of symbol fonts."""
    if character == "\ufffd":
        return True
    return unicodedata.category(character) in {"Co", "Cn"} and not "\uf000" <= character <= "\uf0ff"


def _is_odd(word: str) -> bool:
    """Return whether a word has a sign or letters of several scripts where no language has them."""
    scripts = {script for character in word if (script := _script(character))}
    return len(scripts) > 1 or bool(SIGN_WITHIN.search(word))


@lru_cache(maxsize=4096)
def _script(character: str) -> str:
    """Return the script of a letter that is written in words with others of its script, or an empty text."""
    name = unicodedata.name(character, "") if character.isalpha() else ""
    first = name.partition(" ")[0]
    # Units and formulas put single Greek letters into Latin words.
    return first if first in SCRIPTS and first != "GREEK" else ""
