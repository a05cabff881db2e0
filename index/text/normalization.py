"""Text -> what it is matched by: every normal form of text that the package compares, and terms for keyword search.

| form | white space | case, accents, script | for |
| --- | --- | --- | --- |
| `fold_text` | as it is | folded | all that follows |
| `name_key` | one space between words and scripts | folded | names, titles, countries |
| `phrase_key` | none beside ideographs | folded | phrases of questions |
| `fold_without_whitespace` | none | folded | titles as typed, evidence of evaluation questions |
| `quotation_key` | none | compatibility forms alone | quotations in their passages |
| `strip_whitespace` | none | as it is | texts written about a report, located in it |
| `strip_invisible` | as it is | as it is | questions, before anything else |
| `drop_control_characters` | as it is | as it is | converted files |

A search term is a word, or in scripts without spaces a character or a pair of neighbouring characters.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from typing import Any

import opencc

# Runs of ideographs, kana or hangul; and words of any other script.
RUNS = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff]+|[^\W_\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]+")
# Letters that no decomposition takes apart.
PLAIN = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th"})
FIRST_UNSPACED = "\u3040"  # from here on a script has no spaces between its words
UNSPACED_SCRIPTS = "\u3005\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff"
GAP = re.compile(rf"(?<=[{UNSPACED_SCRIPTS}]) | (?=[{UNSPACED_SCRIPTS}])")


@cache
def _to_simplified() -> Any:
    return opencc.OpenCC("t2s")


def drop_surrogates(text: str) -> str:
    """The text without what UTF-8 cannot hold, lone surrogates."""
    return text.encode("utf-8", "ignore").decode("utf-8")


def fold_text(text: str) -> str:
    """The key under which texts match: compatibility forms, case, accents and Traditional or Simplified made one."""
    decomposed = unicodedata.normalize("NFKD", drop_surrogates(text)).casefold()
    plain = re.sub(r"[\u0300-\u036f]", "", decomposed)
    return simplify_script(unicodedata.normalize("NFKC", plain))


def simplify_script(text: str) -> str:
    """The text with each Traditional character as its Simplified form."""
    converted: str = _to_simplified().convert(text)
    return converted


def search_terms(text: str) -> list[str]:
    """Search terms of a text: words, and for CJK runs each character and each pair of neighbours."""
    found: list[str] = []
    for run in RUNS.findall(fold_text(text)):
        if run[0] >= "\u3040":
            found += run
            found += [run[at : at + 2] for at in range(len(run) - 1)]
        else:
            found.append(run)
    return found


def index_terms(text: str) -> list[str]:
    """The search terms of a text to be indexed; one that nobody asks for where there is none."""
    return search_terms(text) or ["\0"]


def name_key(text: str) -> str:
    """The form in which names and titles are compared: folded, without punctuation, words and scripts spaced apart."""
    return " ".join(RUNS.findall(fold_text(text).translate(PLAIN)))


def name_keys(texts: Sequence[str]) -> list[str]:
    """`name_key` of many texts, folded in one go."""
    folded = fold_text("\n".join(" ".join(text.split()) for text in texts)).translate(PLAIN)
    return [" ".join(RUNS.findall(line)) for line in folded.split("\n")] if texts else []


def key_tokens(text: str) -> list[str]:
    """The words of a key, each ideograph one."""
    return [token for word in text.split() for token in (word if word[0] >= FIRST_UNSPACED else (word,))]


def join_tokens(found: Iterable[str]) -> str:
    """Tokens as a key again."""
    text = ""
    for token in found:
        text += token if text and text[-1] >= FIRST_UNSPACED and token[0] >= FIRST_UNSPACED else f" {token}"
    return text.strip()


@lru_cache(1024)  # the same passages answer most questions
def quotation_key(text: str) -> str:
    """The form in which a quotation is looked for in its passage: compatibility forms made one, without white space."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def strip_whitespace(text: str) -> str:
    """The text without white space, nothing else changed."""
    return "".join(text.split())


def strip_invisible(question: str) -> str:
    """The question without what cannot be seen: controls as spaces, joiners, direction marks and surrogates gone."""
    kinds = ((character, unicodedata.category(character)) for character in question)
    return "".join(" " if kind == "Cc" else character for character, kind in kinds if kind[0] != "C" or kind == "Cc")


def drop_control_characters(text: str) -> str:
    """Text without what no report holds: control characters, but for those of lines and pages, and lone surrogates."""
    return re.sub(r"[\x00-\x08\x0e-\x1f\x7f]", "", drop_surrogates(text))


def phrase_key(text: str) -> str:
    """The form in which phrases match: as in look-ups, but without a space beside ideographs and kana."""
    return GAP.sub("", name_key(text))


def fold_without_whitespace(text: str) -> str:
    """The text as evidence is compared: folded, without white space."""
    return "".join(fold_text(text).split())
