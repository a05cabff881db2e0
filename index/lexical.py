"""Keyword search: BM25 over words, and over single and paired characters where a script puts no spaces."""

import json
import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import bm25s
import numpy as np
import opencc

from index.errors import GenerationError

Scores = np.ndarray[Any, np.dtype[np.float32]]
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
        scores: Scores = self.model.get_scores(known).astype(np.float32)
        return scores

    def weights(self) -> Iterator[dict[str, float]]:
        """What each term of a text adds to the text's score as often as a question has it, text by text."""
        terms = sorted(self.model.vocab_dict, key=self.model.vocab_dict.__getitem__)
        weights, texts, starts = (self.model.scores[part] for part in ("data", "indices", "indptr"))
        owners = np.repeat(np.arange(len(starts) - 1), np.diff(starts))
        order = np.argsort(texts, kind="stable")
        for first, end in pairwise(np.searchsorted(texts[order], np.arange(self.size + 1)).tolist()):
            at = order[first:end]
            yield {terms[term]: weight for term, weight in zip(owners[at].tolist(), weights[at].tolist(), strict=True)}

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
            return cls(bm25s.BM25.load(str(folder)), int(json.loads((folder / "size.json").read_text("utf-8"))))
        except (OSError, EOFError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise GenerationError(f"{folder}: keyword index cannot be read ({error}); run: report-index build") from error
