"""Keyword search: BM25 over words, and over single and paired characters where a script puts no spaces."""

import json
import re
import unicodedata
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import bm25s
import numpy as np
import opencc

from index.errors import GenerationError

Scores = np.ndarray[Any, np.dtype[np.float32]]
# Texts from which on the arrays stay in their files, mapped: those of a million hold some 200 MB.
MAPPED_FROM = 10_000
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


class LexicalIndex:
    """BM25 over a fixed list of texts."""

    def __init__(self, model: bm25s.BM25, size: int) -> None:
        self.model, self.size = model, size

    @classmethod
    def build(cls, texts: Sequence[str]) -> "LexicalIndex":
        """Index texts in their order."""
        model = bm25s.BM25()
        # A text without a term would shift the numbers of all others.
        model.index([tokens(text) or ["\0"] for text in texts], show_progress=False)
        return cls(model, len(texts))

    def scores(self, question: str) -> Scores:
        """BM25 score of every text, shape (texts,); zeros if no term is known."""
        known = [term for term in tokens(question) if term in self.model.vocab_dict]
        if not known:
            return np.zeros(self.size, np.float32)
        scores: Scores = self.model.get_scores(known).astype(np.float32, copy=False)
        return scores

    def __contains__(self, word: str) -> bool:
        """Whether any text has a word, folded."""
        return word in self.model.vocab_dict

    def save(self, folder: Path) -> None:
        """Write the index as arrays and JSON."""
        self.model.save(str(folder))
        (folder / "size.json").write_text(json.dumps(self.size), "utf-8")

    @classmethod
    def load(cls, folder: Path) -> "LexicalIndex":
        """Read an index. Raises GenerationError if it cannot be read; nothing in it is executed."""
        try:
            size = int(json.loads((folder / "size.json").read_text("utf-8")))
            return cls(bm25s.BM25.load(str(folder), mmap=size >= MAPPED_FROM), size)
        except (OSError, EOFError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise GenerationError(f"{folder}: keyword index cannot be read ({error}); run: report-index build") from error
