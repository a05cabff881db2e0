"""Choose what a reader reads: the best sentences of a search, each with its neighbours."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from index.models import Sentence
from index.reading.reader import Window
from index.reports.passages import LEAD_IN
from index.reports.table_rows import is_row
from index.retrieval.searcher import ScoredSentence
from index.text.localization import CJK

WINDOWS = 3  # for a question; reading one takes some 30 ms on two cores with AVX2
PARENTS = 2  # items of a list above a sentence that are read with it, instead of the heading
WINDOW_TOKENS = 96  # about, of a window of several sentences
# Tokens of the embedded model for an ideograph or kana and for any other character, on average.
IDEOGRAPH_TOKENS, CHARACTER_TOKENS = 0.8, 0.25


@dataclass(frozen=True, slots=True)
class SentenceWindow:
    """Consecutive sentences of one section, around the best one.

    :param best: number of the sentence for which search chose the window.
    :param gap: its score below that of the best sentence of the search, 0 or less.
    :param rows: numbers of the sentences, ascending.
    :param starts: offset of each sentence in `window.text`.
    """

    best: int
    gap: float
    rows: range
    starts: tuple[int, ...]
    window: Window

    @property
    def is_ideographic(self) -> bool:
        """Whether the window contains ideographs or kana."""
        return bool(CJK.search(self.window.text))

    def sentence_at(self, offset: int) -> int:
        """Return the number of the sentence at an offset in the window's text."""
        return self.rows[sum(start <= offset for start in self.starts) - 1]

    def start_of(self, row: int) -> int:
        """Return the offset of a sentence in the window's text."""
        return self.starts[row - self.rows[0]]


def select_windows(
    evidence: Sequence[ScoredSentence], sentences: Sequence[Sentence], limit: int = WINDOWS
) -> list[SentenceWindow]:
    """Choose up to `limit` windows around the best sentences; a sentence inside an earlier window gets none of its own.

    :param evidence: best first.
    :param sentences: all sentences of the index, in order.
    """
    windows: list[SentenceWindow] = []
    passages = {scored.sentence.passage for scored in evidence}
    for scored in evidence:
        if len(windows) == limit:
            break
        if not any(scored.row in window.rows for window in windows):
            rows = surrounding_rows(scored.row, sentences, passages)
            windows.append(make_window(scored.row, scored.score - evidence[0].score, rows, sentences))
    return windows


def surrounding_rows(row: int, sentences: Sequence[Sentence], passages: Collection[int]) -> range:
    """Return a sentence with its neighbours of the same place, the one before first, as long as they fit.

    A row of a table is read alone, since the words of one row do not tell of another.

    :param passages: numbers of the passages that may be read, those of the search.
    """
    if is_row(sentences[row].text):
        return range(row, row + 1)
    first = last = row
    room = WINDOW_TOKENS - estimate_tokens(sentences[row].text)
    growing = True
    while growing:
        growing = False
        for neighbour in (first - 1, last + 1):
            if not 0 <= neighbour < len(sentences) or sentences[neighbour].passage not in passages:
                continue
            if not belongs(sentences[neighbour], sentences[row]):
                continue
            cost = estimate_tokens(sentences[neighbour].text)
            if cost <= room:
                room, growing = room - cost, True
                first, last = min(first, neighbour), max(last, neighbour)
    return range(first, last + 1)


def belongs(sentence: Sentence, best: Sentence) -> bool:
    """Return whether a sentence is running text of the place of another, whose heading is read with every window of it."""
    return sentence.place == best.place and (sentence.quotable or bool(LEAD_IN.search(sentence.text)))


def make_window(best: int, gap: float, rows: range, sentences: Sequence[Sentence]) -> SentenceWindow:
    """Join sentences to a window: as running text, with a space between words of scripts that have spaces."""
    text, starts = "", []
    for row in rows:
        text += "" if not text or CJK.search(text[-2:]) or text[-1] in "。！？」』）" else " "
        starts.append(len(text))
        text += sentences[row].text
    parents, section = sentences[best].parents, sentences[best].section
    heading = " › ".join(parents[-PARENTS:]) or "".join(section[-1:])
    return SentenceWindow(best, gap, rows, tuple(starts), Window(heading, text))


def estimate_tokens(text: str) -> float:
    ideographs = len(CJK.findall(text))
    return IDEOGRAPH_TOKENS * ideographs + CHARACTER_TOKENS * (len(text) - ideographs)
