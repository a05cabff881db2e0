"""Rooms to answer from, and search that was told what to find."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from index.answering.answerer import Answerer
from index.models import Answer, Hit, Passage, Sentence
from index.retrieval.searcher import CandidateScores, ScoredSentence, SearchResult

ROOMS = tuple(
    Passage(f"r:{n:04}", "r", f"Room {n} is blue. It has {n} doors.", section, (n, n + 1), 0, 30)
    for n, section in enumerate([("A", "A1"), ("A", "A1"), (), ("B",), ("C",), ("D",), ("E",)])
)
HITS = tuple(Hit(passage, rank, 2.0 - rank) for rank, passage in enumerate(ROOMS, 1))
INDEX = "20300101T000000-00000000"


def evidence(room: int, score: float, text: str = "", pages: tuple[int, int] = (4, 4)) -> ScoredSentence:
    sentence = Sentence(room, text or f"Room {room} is blue.", ROOMS[room].section, pages, quotable=True)
    return ScoredSentence(ROOMS[room], sentence, score)


def candidates() -> CandidateScores:
    """The scores of two passages, of which the first is the best, for a question of one token."""
    token, scores = np.ones((1, 2), np.float32), np.array([0.75, 0.5], np.float32)
    views = dict.fromkeys(("gist", "reading", "question"), np.zeros(2, np.float32))
    return CandidateScores(token, token, scores[None], np.ones((1, 1), np.float32), scores, scores, views, scores, 0, 1)


class Search:
    """Search and calibration that were told what to find and how sure to be."""

    def __init__(self, confidence: float, *sentences: ScoredSentence, hits: tuple[Hit, ...] = HITS) -> None:
        self.found, self.sure, self.asked = SearchResult(hits, sentences), confidence, list[tuple[str, int]]()
        self.expansion_scorer, self.sentences, self.within = self, [each.sentence for each in sentences], None
        self.store, self.passages = self, ROOMS

    def readings(self, language: str) -> dict[int, str]:
        return {row: f"{language}: {sentence.text}" for row, sentence in enumerate(self.sentences)}

    def contains_word(self, word: str) -> bool:
        return word != "2050"

    def search(self, question: str, top: int, within: object = None) -> SearchResult:
        assert within == self.within
        self.asked.append((question, top))
        return replace(self.found, hits=self.found.hits[:top])

    def confidence(self, question: str, found: SearchResult) -> float:
        assert question == self.asked[-1][0]
        assert found.evidence == self.found.evidence
        return self.sure

    def ask(self, question: str, top: int = 10, speaker_of: Callable[..., str | None] = lambda _: None) -> Answer:
        return Answerer(self, self, speaker_of, INDEX).ask(question, top)
