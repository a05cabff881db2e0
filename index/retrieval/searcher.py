"""A question -> the best passages and sentences: a dense and a keyword leg find candidates, late interaction orders them."""

from __future__ import annotations

import math
import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from threading import BoundedSemaphore

import numpy as np

from index.arrays import Ids, Scores, Vectors
from index.encoding.encoder import Encoder, Encoding
from index.models import ExpansionKind, Hit, Passage, Sentence
from index.retrieval.candidate_retriever import CandidateRetriever, rows_of
from index.retrieval.expansion_scorer import ExpansionScorer
from index.retrieval.query_adapter import QueryAdapter
from index.retrieval.token_index import TokenIndex, token_weights

# Weights of standardised scores; late interaction has weight 1. Found with `report-index eval` on questions written
# passage by passage, and insensitive: 0 to 0.1 for either leg moves recall@1 by less than a point.
DENSE_WEIGHT, LEXICAL_WEIGHT = 0.05, 0.05
# Those of what people wrote about the passages.
VIEW_WEIGHTS: dict[ExpansionKind, float] = {"gist": 0.6, "reading": 0.4, "question": 0.6}
SENTENCE_VIEW_WEIGHTS: dict[ExpansionKind, float] = {"gist": 0.0, "reading": 1.0, "question": 0.3}
# The same for the choice among sentences, where whole-sentence meaning and the passage's rank say more.
SENTENCE_DENSE_WEIGHT, SENTENCE_PASSAGE_WEIGHT = 0.2, 0.5


@dataclass(frozen=True, slots=True)
class ScoredSentence:
    """A quotable sentence of a passage that was found. Scores order the sentences of one question."""

    passage: Passage
    sentence: Sentence
    score: float


@dataclass(frozen=True, slots=True)
class CandidateScores:
    """The scores of the passages that a search compared, by the question as it was asked, before any adapter.

    `question` and `best_passage` are centred unit vectors of tokens, shape (tokens, dimensions). `matches` is the best
    cosine of each token in each passage, (tokens, passages), and `weights` how much each token counts, (tokens, 1). The
    other arrays are of shape (passages,). `best` and `second` are positions in them.
    """

    question: Vectors
    best_passage: Vectors
    matches: Vectors
    weights: Vectors
    late: Scores
    keywords: Scores
    views: dict[ExpansionKind, Scores]
    scores: Scores
    best: int
    second: int


@dataclass(frozen=True, slots=True)
class SearchResult:
    """What search found. `closeness` is the weighted mean cosine of late interaction for the best passage, `overlap` the
    best BM25 score: on their own they say how near the corpus comes to the question. `candidates` is None where nothing
    was found."""

    hits: tuple[Hit, ...] = ()
    evidence: tuple[ScoredSentence, ...] = ()
    closeness: float = 0.0
    overlap: float = 0.0
    candidates: CandidateScores | None = field(default=None, compare=False)


class Searcher:
    """Searches passages through their sentences. Holds no state of a question, so threads may share one."""

    def __init__(
        self,
        encoder: Encoder,
        passages: Sequence[Passage],
        sentences: Sequence[Sentence],
        store: CandidateRetriever,
        late: TokenIndex,
        views: ExpansionScorer | None = None,
        adapter: QueryAdapter | None = None,
    ) -> None:
        self.encoder, self.passages, self.sentences = encoder, passages, sentences
        self.store, self.late = store, late
        self.owners: Ids = np.array([sentence.passage for sentence in sentences])
        self.views = views or ExpansionScorer((), TokenIndex.build([], late.mean), self.owners)
        # Each product lets go of Python's lock; with more threads than cores, getting it back takes longer than the product.
        self._turns = BoundedSemaphore(os.cpu_count() or 1)
        self.first_sentences: Ids = np.searchsorted(self.owners, np.arange(len(passages) + 1))
        self._quotable = np.array([sentence.quotable for sentence in sentences], bool)
        self.adapter = adapter

    @property
    def adapter(self) -> QueryAdapter | None:
        """What moves a question's tokens towards the words of the reports that it was trained on."""
        return self._adapter

    @adapter.setter
    def adapter(self, adapter: QueryAdapter | None) -> None:
        trained = adapter.reports if adapter else frozenset()
        of_passages = np.array([passage.report in trained for passage in self.passages], bool)
        self._adapter, self._adapted = adapter, of_passages[self.owners]

    def search(
        self, question: str, top: int, within: Ids | None = None, *, unseen: bool = False, encoded: Encoding | None = None
    ) -> SearchResult:
        """The `top` best passages and their sentences, best first; among the passages `within`, ascending, if given.

        With `unseen`, as if nobody had written this very question about a passage. `encoded` spares encoding it again.
        """
        encoded = encoded or self.encoder.queries([question])[0]
        with self._turns:
            return self._search(question, encoded, top, within, unseen)

    def _search(self, question: str, encoded: Encoding, top: int, within: Ids | None, unseen: bool) -> SearchResult:
        brought = self.store.candidates(encoded.vector, question, within)
        candidates, keywords, cosines = brought.passages, brought.keywords, brought.cosines
        if not candidates.size:
            return SearchResult()
        rows = rows_of(candidates, self.first_sentences)
        groups = np.searchsorted(self.owners[rows], candidates)

        asked = self.late.center_tokens(encoded.tokens)
        adapted = self._adapted[rows]
        adapter = self.adapter if adapted.any() else None
        both = np.concatenate([asked, adapter.adapt(asked)]) if adapter else asked
        matched = self.late.max_sim(both, rows)
        as_asked = matched[: len(asked)]
        matches = np.where(adapted, matched[-len(asked) :], as_asked) if adapter else as_asked
        passage_matches, weights, late = passage_scores(matches, groups)
        scores = (
            standardize(late)
            + DENSE_WEIGHT * standardize(np.maximum.reduceat(cosines, groups))
            + LEXICAL_WEIGHT * standardize(keywords)
        )
        retold = np.zeros(len(rows), np.float32)
        views: dict[ExpansionKind, Scores] = {kind: np.zeros(len(candidates), np.float32) for kind in VIEW_WEIGHTS}
        own = standardize(scores)
        for kind, seen in self.views.seen(asked, candidates, question if unseen else None).items():
            at = np.searchsorted(candidates, seen.passages)
            # Where nobody wrote about a passage, its own text speaks in the place of that.
            told = own.copy()
            told[at] = standardize(seen.passage_scores)
            scores += VIEW_WEIGHTS[kind] * told
            retold[np.searchsorted(rows, seen.sentences)] += SENTENCE_VIEW_WEIGHTS[kind] * standardize(seen.sentence_scores)
            views[kind][at] = seen.passage_scores
        order = np.argsort(-scores, kind="stable")
        hits = tuple(Hit(self.passages[candidates[at]], rank, float(scores[at])) for rank, at in enumerate(order[:top], 1))
        sentence_scores = standardize(
            standardize((matches * weights).sum(axis=0))
            + SENTENCE_DENSE_WEIGHT * standardize(cosines)
            + SENTENCE_PASSAGE_WEIGHT * np.repeat(scores, np.diff([*groups, len(rows)]))
            + retold
        )
        overlap = float(keywords.max())
        best, second = int(order[0]), int(order[min(1, len(order) - 1)])
        # Scores are kept as the question was asked: reviewed questions taught the adapter, and train the judge too.
        if adapter:
            passage_matches, weights, late = passage_scores(as_asked, groups)
        compared = CandidateScores(
            asked,
            self._tokens(int(candidates[best])),
            passage_matches,
            weights,
            late,
            keywords,
            views,
            scores,
            best,
            second,
        )
        evidence = self._evidence(rows, sentence_scores, candidates[order[:top]])
        return SearchResult(hits, evidence, float(late.max()), overlap, compared)

    def measure_nearness(self, question: str) -> SearchResult:
        """How near the corpus comes to a question, as `search` says it, and nothing else: a third of its work."""
        encoded = self.encoder.queries([question])[0]
        brought = self.store.candidates(encoded.vector, question)
        rows = rows_of(brought.passages, self.first_sentences)
        matches = self.late.max_sim(self.late.center_tokens(encoded.tokens), rows)
        _, _, late = passage_scores(matches, np.searchsorted(self.owners[rows], brought.passages))
        return SearchResult(closeness=float(late.max()), overlap=float(brought.keywords.max()))

    def sentence_likeness(self, text: str) -> Scores:
        """How like a text each sentence is, or what was written about it where that is likelier.

        :return: weighted mean cosine of the text's tokens, -1 to 1, float32, shape (sentences,).
        """
        tokens = self.late.center_tokens(self.encoder.queries([text])[0].tokens)
        likeness = weighted_mean(self.late.max_sim(tokens, np.arange(len(self.sentences))))
        told = self.views
        if readings := [n for n, each in enumerate(told.expansions) if each.kind == "reading"]:
            of_readings = weighted_mean(told.tokens.max_sim(tokens, readings))
            for n, value in zip(readings, of_readings.tolist(), strict=True):
                for row in told.expansions[n].sentences:
                    likeness[row] = max(likeness[row], value)
        return likeness

    def _tokens(self, passage: int) -> Vectors:
        """The token vectors of a passage's sentences."""
        first, end = self.first_sentences[passage : passage + 2]
        return self.late.tokens(first, end)

    def _evidence(self, rows: Ids, scores: Scores, passages: Ids) -> tuple[ScoredSentence, ...]:
        """The quotable sentences among `rows` that are of some passages, best first."""
        shown = (self.owners[rows, None] == passages).any(axis=1)
        chosen = np.flatnonzero(self._quotable[rows] & shown)
        ranked = chosen[np.argsort(-scores[chosen], kind="stable")]
        pairs = ((self.sentences[row], score) for row, score in zip(rows[ranked], scores[ranked].tolist(), strict=True))
        return tuple(ScoredSentence(self.passages[sentence.passage], sentence, score) for sentence, score in pairs)


def passage_scores(matches: Vectors, groups: Ids) -> tuple[Vectors, Vectors, Vectors]:
    """Of the best matches of tokens in sentences (tokens, sentences), those in passages (tokens, passages), whose sentences
    begin at `groups`; how much each token counts; and how near each passage comes (passages)."""
    best: Vectors = np.maximum.reduceat(matches, groups, axis=1)
    weights = token_weights(best)
    return best, weights, (best * weights).sum(axis=0)


def weighted_mean(matches: Vectors) -> Scores:
    """The mean of the best matches of tokens in texts (tokens, texts), weighted by how much each token counts (texts)."""
    mean: Scores = (matches * token_weights(matches)).sum(axis=0)
    return mean


def standardize(scores: Scores) -> Scores:
    """Scores with mean 0 and standard deviation 1; all 0 if they are equal."""
    if not scores.size:
        return scores
    centred = scores - scores.sum() / len(scores)
    deviation = math.sqrt(float(centred @ centred) / len(centred))
    return centred / deviation if deviation > 1e-9 else np.zeros_like(scores)
