"""Rooms to answer from, and search that was told what to find."""

from collections.abc import Callable
from dataclasses import replace

from index.answering.answerer import Answerer
from index.models import Answer, Hit, Passage, Sentence
from index.reading.reader import Reader
from index.retrieval.searcher import ScoredSentence, SearchResult

ROOMS = tuple(
    Passage(f"r:{n:04}", "r", f"Room {n} is blue. It has {n} doors.", section, (n, n + 1), 0, 30)
    for n, section in enumerate([("A", "A1"), ("A", "A1"), (), ("B",), ("C",), ("D",), ("E",)])
)
HITS = tuple(Hit(passage, rank, 2.0 - rank) for rank, passage in enumerate(ROOMS, 1))
INDEX = "20300101T000000-00000000"


def evidence(room: int, score: float, text: str = "", pages: tuple[int, int] = (4, 4)) -> ScoredSentence:
    sentence = Sentence(room, text or f"Room {room} is blue.", ROOMS[room].section, pages, quotable=True)
    return ScoredSentence(ROOMS[room], sentence, score)


class Search:
    """Search and calibration that were told what to find and how sure to be."""

    def __init__(self, confidence: float, *sentences: ScoredSentence, hits: tuple[Hit, ...] = HITS) -> None:
        ranked = tuple(replace(each, row=row) for row, each in enumerate(sentences))
        self.found, self.sure, self.asked = SearchResult(hits, ranked), confidence, list[tuple[str, int]]()
        self.expansion_scorer, self.sentences, self.within = self, [each.sentence for each in sentences], None
        self.store, self.passages = self, ROOMS

    def readings(self, language: str) -> dict[int, str]:
        return {row: f"{language}: {sentence.text}" for row, sentence in enumerate(self.sentences)}

    def contains_word(self, word: str) -> bool:
        return word != "2050"

    def search(self, question: str, top: int, within: object = None, *, encoded: object = None) -> SearchResult:
        assert (within, encoded) == (self.within, None)
        self.asked.append((question, top))
        return replace(self.found, hits=self.found.hits[:top])

    def confidence(self, question: str, found: SearchResult) -> float:
        assert question == self.asked[-1][0]
        assert found.evidence == self.found.evidence
        return self.sure

    def ask(
        self,
        question: str,
        top: int = 10,
        speaker_of: Callable[..., str | None] = lambda _: None,
        reader: Reader | None = None,
    ) -> Answer:
        return Answerer(self, self, speaker_of, INDEX, reader=reader).ask(question, top)
