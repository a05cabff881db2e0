"""Normalize text for comparison, and split it into keyword search terms.

This table lists every normal form that the package compares:

| form | white space | case, accents, script | for |
| --- | --- | --- | --- |
| `fold_text` | as it is | folded | base of the folded forms below |
| `name_key` | one space between words and scripts | folded | names, titles, countries |
| `phrase_key` | none beside ideographs | folded, words unified | phrases of questions |
| `fold_without_whitespace` | none | folded | typed titles, evidence of evaluation questions |
| `quotation_key` | none | compatibility forms only | quotations in their passages |
| `strip_whitespace` | none | as it is | texts written about a report, located in it |
| `strip_invisible` | as it is | as it is | questions, before anything else |
| `drop_control_characters` | as it is | as it is | converted files |

A search term is a word, or in scripts without spaces a character or a pair of neighbouring characters, folded after words of
Taiwan and of mainland China are unified.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from typing import Any

import opencc

# Runs of ideographs, kana or hangul, and words of any other script.
RUNS = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff]+|[^\W_\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]+")
# Letters without a Unicode decomposition.
PLAIN = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th"})
FIRST_UNSPACED = "\u3040"  # scripts from this character on have no spaces between words
UNSPACED_SCRIPTS = "\u3005\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff"
GAP = re.compile(rf"(?<=[{UNSPACED_SCRIPTS}]) | (?=[{UNSPACED_SCRIPTS}])")


@cache
def _to_simplified() -> Any:
    return opencc.OpenCC("t2s")


@cache
def _to_mainland_words() -> tuple[Any, Any]:
    # The table of words is of Traditional characters.
    return opencc.OpenCC("s2t"), opencc.OpenCC("tw2sp")


def unify_vocabulary(text: str) -> str:
    """Replace words of Taiwan by those of mainland China, such as 數位 by 数字, in Simplified characters.

    The length of a text may change.
    """
    to_traditional, to_mainland = _to_mainland_words()
    # The converter ends at a null character.
    parts = drop_surrogates(text).split("\0")
    return "\0".join(to_mainland.convert(to_traditional.convert(part)) for part in parts)


def drop_surrogates(text: str) -> str:
    """Remove lone surrogates, which UTF-8 cannot encode."""
    return text.encode("utf-8", "ignore").decode("utf-8")


def fold_text(text: str) -> str:
    """Unify compatibility forms, case, accents, and Traditional and Simplified characters."""
    decomposed = unicodedata.normalize("NFKD", drop_surrogates(text)).casefold()
    plain = re.sub(r"[\u0300-\u036f]", "", decomposed)
    return simplify_script(unicodedata.normalize("NFKC", plain))


def simplify_script(text: str) -> str:
    """Replace each Traditional character by its Simplified form."""
    converted: str = _to_simplified().convert(text)
    return converted


def search_terms(text: str) -> list[str]:
    """Return the search terms of a text: words, and for CJK runs each character and each pair of neighbours."""
    terms: list[str] = []
    for run in RUNS.findall(fold_text(unify_vocabulary(text))):
        if run[0] >= "\u3040":
            terms += run
            terms += [run[at : at + 2] for at in range(len(run) - 1)]
        else:
            terms.append(run)
    return terms


def index_terms(text: str) -> list[str]:
    """Return the search terms of a text to be indexed; for a text without terms, one that no query contains."""
    return search_terms(text) or ["\0"]


def name_key(text: str) -> str:
    """Return the form in which names and titles compare: folded, without punctuation, words and scripts spaced."""
    return " ".join(RUNS.findall(fold_text(text).translate(PLAIN)))


def name_keys(texts: Sequence[str]) -> list[str]:
    """Return `name_key` of each text; faster than one call a text."""
    folded = fold_text("\n".join(" ".join(text.split()) for text in texts)).translate(PLAIN)
    return [" ".join(RUNS.findall(line)) for line in folded.split("\n")] if texts else []


def key_tokens(text: str) -> list[str]:
    """Split a key into tokens: words, and single ideographs."""
    return [token for word in text.split() for token in (word if word[0] >= FIRST_UNSPACED else (word,))]


def join_tokens(tokens: Iterable[str]) -> str:
    """Join tokens of `key_tokens` to a key, without spaces between ideographs."""
    text = ""
    for token in tokens:
        text += token if text and text[-1] >= FIRST_UNSPACED and token[0] >= FIRST_UNSPACED else f" {token}"
    return text.strip()


@lru_cache(1024)  # a few passages answer most questions
def quotation_key(text: str) -> str:
    """Return the form in which a quotation is matched in its passage: compatibility forms unified, no white space."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def strip_whitespace(text: str) -> str:
    """Remove all white space, and change nothing else."""
    return "".join(text.split())


def strip_invisible(question: str) -> str:
    """Remove invisible characters from a question: joiners, direction marks and surrogates.

    Control characters become spaces.
    """
    kinds = ((character, unicodedata.category(character)) for character in question)
    return "".join(" " if kind == "Cc" else character for character, kind in kinds if kind[0] != "C" or kind == "Cc")


def drop_control_characters(text: str) -> str:
    """Remove lone surrogates and control characters, except line and page breaks and tabs."""
    return re.sub(r"[\x00-\x08\x0e-\x1f\x7f]", "", drop_surrogates(text))


def phrase_key(text: str) -> str:
    """Return the form in which phrases match: `name_key` of unified words without a space beside ideographs and kana."""
    return GAP.sub("", name_key(unify_vocabulary(text)))


def fold_without_whitespace(text: str) -> str:
    """Return the folded text without white space."""
    return "".join(fold_text(text).split())
