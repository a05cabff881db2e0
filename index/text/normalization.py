"""Text -> what it is matched by: a folded form, and terms for keyword search.

A term is a word, or in scripts without spaces a character or a pair of neighbouring characters.
"""

import re
import unicodedata
from functools import cache
from typing import Any

import opencc

# Runs of ideographs, kana or hangul; and words of any other script.
RUNS = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff]+|[^\W_\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]+")


@cache
def _to_simplified() -> Any:
    return opencc.OpenCC("t2s")


def sound(text: str) -> str:
    """The text without what UTF-8 cannot hold, lone surrogates."""
    return text.encode("utf-8", "ignore").decode("utf-8")


def fold(text: str) -> str:
    """The key under which texts match: compatibility forms, case, accents and Traditional or Simplified made one."""
    decomposed = unicodedata.normalize("NFKD", sound(text)).casefold()
    plain = re.sub(r"[\u0300-\u036f]", "", decomposed)
    return simplified(unicodedata.normalize("NFKC", plain))


def simplified(text: str) -> str:
    """The text with each Traditional character as its Simplified form."""
    converted: str = _to_simplified().convert(text)
    return converted


def tokens(text: str) -> list[str]:
    """Search terms of a text: words, and for CJK runs each character and each pair of neighbours."""
    found: list[str] = []
    for run in RUNS.findall(fold(text)):
        if run[0] >= "\u3040":
            found += run
            found += [run[at : at + 2] for at in range(len(run) - 1)]
        else:
            found.append(run)
    return found


def terms(text: str) -> list[str]:
    """The search terms of a text to be indexed; one that nobody asks for where there is none."""
    return tokens(text) or ["\0"]
