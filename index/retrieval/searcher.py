"""Search passages and sentences: dense and keyword search select candidates, and late interaction reranks them."""

from __future__ import annotations

import math
import os
from collections.abc import Sequence
from dataclasses import dataclass
from threading import BoundedSemaphore

import numpy as np

from index.arrays import Ids, Scores, Vectors
from index.encoding.encoder import Encoder, Encoding
from index.models import ExpansionKind, Hit, Passage, Sentence
from index.retrieval.candidate_retriever import CandidateRetriever, rows_of
from index.retrieval.expansion_scorer import ExpansionScorer
from index.retrieval.query_adapter import QueryAdapter
from index.retrieval.token_index import TokenIndex, token_weights

# Weights of standardized scores; late interaction has weight 1. Tuned with `report-index eval` on questions written for
# single passages, and insensitive: 0 to 0.1 for either weight moves recall@1 by less than a point.
DENSE_WEIGHT, LEXICAL_WEIGHT = 0.05, 0.05
# Weights of the expansions, by kind.
VIEW_WEIGHTS: dict[ExpansionKind, float] = {"gist": 0.6, "reading": 0.4, "question": 0.6}
SENTENCE_VIEW_WEIGHTS: dict[ExpansionKind, float] = {"gist": 0.0, "reading": 1.0, "question": 0.3}
# Weights for ranking sentences, where the vector of the whole sentence and the passage's score matter more.
SENTENCE_DENSE_WEIGHT, SENTENCE_PASSAGE_WEIGHT = 0.2, 0.5


@dataclass(frozen=True, slots=True)
class ScoredSentence:
    """A quotable sentence of a hit. `row` is its number; scores are comparable only within one search."""

    passage: Passage
    sentence: Sentence
    score: float
    row: int = 0


@dataclass(frozen=True, slots=True)
class SearchResult:
    """The outcome of a search.

    `closeness` is the highest late interaction score, a weighted mean cosine, and `overlap` the highest BM25 score; together
    they measure how well the corpus covers the question.
    """

    hits: tuple[Hit, ...] = ()
    evidence: tuple[ScoredSentence, ...] = ()
    closeness: float = 0.0
    overlap: float = 0.0


class Searcher:
    """Searches passages through their sentences. Holds no state of a question, so threads may share one."""

    def __init__(
        self,
        encoder: Encoder,
        passages: Sequence[Passage],
        sentences: Sequence[Sentence],
        store: CandidateRetriever,
        token_index: TokenIndex,
        expansion_scorer: ExpansionScorer | None = None,
        adapter: QueryAdapter | None = None,
    ) -> None:
        self.encoder, self.passages, self.sentences = encoder, passages, sentences
        self.store, self.token_index = store, token_index
        self.owners: Ids = np.array([sentence.passage for sentence in sentences])
        self.expansion_scorer = expansion_scorer or ExpansionScorer((), TokenIndex.build([], token_index.mean), self.owners)
        # Matrix products release the GIL; with more threads than cores, reacquiring it takes longer than the product.
        self._slots = BoundedSemaphore(os.cpu_count() or 1)
        self.first_sentences: Ids = np.searchsorted(self.owners, np.arange(len(passages) + 1))
        self._quotable = np.array([sentence.quotable for sentence in sentences], bool)
        self.adapter = adapter

    @property
    def adapter(self) -> QueryAdapter | None:
        """The query adapter; it applies to passages of the reports that it was trained on."""
        return self._adapter

    @adapter.setter
    def adapter(self, adapter: QueryAdapter | None) -> None:
        trained = adapter.reports if adapter else frozenset()
        of_passages = np.array([passage.report in trained for passage in self.passages], bool)
        self._adapter, self._adapted = adapter, of_passages[self.owners]

    def search(
        self, question: str, top: int, within: Ids | None = None, *, unseen: bool = False, encoded: Encoding | None = None
    ) -> SearchResult:
        """Find the best passages and their quotable sentences.

        :param top: maximum number of hits.
        :param within: passage numbers to search, ascending; None for all.
        :param unseen: ignore expansions whose text is the question itself.
        :param encoded: encoding of the question, if there is one already.
        :return: hits and evidence, both best first.
        """
        encoded = encoded or self.encoder.queries([question])[0]
        with self._slots:
            return self._search(question, encoded, top, within, unseen)

    def _search(self, question: str, encoded: Encoding, top: int, within: Ids | None, unseen: bool) -> SearchResult:
        retrieved = self.store.candidates(encoded.vector, question, within)
        candidates, keywords, cosines = retrieved.passages, retrieved.keywords, retrieved.cosines
        if not candidates.size:
            return SearchResult()
        rows = rows_of(candidates, self.first_sentences)
        groups = np.searchsorted(self.owners[rows], candidates)

        tokens = self.token_index.center_tokens(encoded.tokens)
        adapted = self._adapted[rows]
        adapter = self.adapter if adapted.any() else None
        all_tokens = np.concatenate([tokens, adapter.adapt(tokens)]) if adapter else tokens
        all_matches = self.token_index.max_sim(all_tokens, rows)
        unadapted = all_matches[: len(tokens)]
        matches = np.where(adapted, all_matches[-len(tokens) :], unadapted) if adapter else unadapted
        _, weights, late = passage_scores(matches, groups)
        scores = (
            standardize(late)
            + DENSE_WEIGHT * standardize(np.maximum.reduceat(cosines, groups))
            + LEXICAL_WEIGHT * standardize(keywords)
        )
        sentence_views = np.zeros(len(rows), np.float32)
        own = standardize(scores)
        for kind, seen in self.expansion_scorer.score(tokens, candidates, question if unseen else None).items():
            at = np.searchsorted(candidates, seen.passages)
            # A passage without an expansion of this kind takes its own score instead.
            view = own.copy()
            view[at] = standardize(seen.passage_scores)
            scores += VIEW_WEIGHTS[kind] * view
            sentence_views[np.searchsorted(rows, seen.sentences)] += SENTENCE_VIEW_WEIGHTS[kind] * standardize(
                seen.sentence_scores
            )
        order = np.argsort(-scores, kind="stable")
        hits = tuple(Hit(self.passages[candidates[at]], rank, float(scores[at])) for rank, at in enumerate(order[:top], 1))
        sentence_scores = standardize(
            standardize((matches * weights).sum(axis=0))
            + SENTENCE_DENSE_WEIGHT * standardize(cosines)
            + SENTENCE_PASSAGE_WEIGHT * np.repeat(scores, np.diff([*groups, len(rows)]))
            + sentence_views
        )
        overlap = float(keywords.max())
        # Without the adapter, because the probes of the coverage model are compared without it.
        if adapter:
            late = passage_scores(unadapted, groups)[2]
        evidence = self._evidence(rows, sentence_scores, candidates[order[:top]])
        return SearchResult(hits, evidence, float(late.max()), overlap)

    def measure_nearness(self, question: str) -> SearchResult:
        """Compute only `closeness` and `overlap` of a question, which takes a third of the time of `search`."""
        encoded = self.encoder.queries([question])[0]
        retrieved = self.store.candidates(encoded.vector, question)
        rows = rows_of(retrieved.passages, self.first_sentences)
        matches = self.token_index.max_sim(self.token_index.center_tokens(encoded.tokens), rows)
        _, _, late = passage_scores(matches, np.searchsorted(self.owners[rows], retrieved.passages))
        return SearchResult(closeness=float(late.max()), overlap=float(retrieved.keywords.max()))

    def sentence_likeness(self, texts: Sequence[str]) -> list[Scores]:
        """Compare each text with each sentence and with the readings of the sentence; the best match counts.

        :return: for each text the weighted mean cosine of its tokens, -1 to 1, float32, shape (sentences,).
        """
        rows, scorer = np.arange(len(self.sentences)), self.expansion_scorer
        readings = [n for n, each in enumerate(scorer.expansions) if each.kind == "reading"]
        compared: list[Scores] = []
        for tokens in self._encode_tokens(texts):
            likeness = weighted_mean(self.token_index.max_sim(tokens, rows))
            values = weighted_mean(scorer.tokens.max_sim(tokens, readings)).tolist() if readings else []
            for n, value in zip(readings, values, strict=True):
                for row in scorer.expansions[n].sentences:
                    likeness[row] = max(likeness[row], value)
            compared.append(likeness)
        return compared

    def similar_questions(self, text: str, limit: int) -> list[tuple[str, float]]:
        """Return the reviewed questions most similar to a text, best first, each with its similarity, -1 to 1."""
        scorer = self.expansion_scorer
        questions = [n for n, each in enumerate(scorer.expansions) if each.kind == "question"]
        if not questions:
            return []
        (tokens,) = self._encode_tokens([text])
        likeness = weighted_mean(scorer.tokens.max_sim(tokens, questions))
        order = np.argsort(-likeness, kind="stable")[:limit].tolist()
        return [(scorer.expansions[questions[n]].text, float(likeness[n])) for n in order]

    def _encode_tokens(self, texts: Sequence[str]) -> list[Vectors]:
        """Return the centred unit token vectors of each text, shape (tokens, dimensions)."""
        return [self.token_index.center_tokens(each.tokens) for each in self.encoder.queries(texts)]

    def _evidence(self, rows: Ids, scores: Scores, passages: Ids) -> tuple[ScoredSentence, ...]:
        """Return the quotable sentences among `rows` that belong to `passages`, best first."""
        in_passages = (self.owners[rows, None] == passages).any(axis=1)
        chosen = np.flatnonzero(self._quotable[rows] & in_passages)
        ranked = chosen[np.argsort(-scores[chosen], kind="stable")]
        pairs = zip(rows[ranked].tolist(), scores[ranked].tolist(), strict=True)
        return tuple(
            ScoredSentence(self.passages[self.owners[row]], self.sentences[row], score, row) for row, score in pairs
        )


def passage_scores(matches: Vectors, groups: Ids) -> tuple[Vectors, Vectors, Vectors]:
    """Score passages by late interaction.

    :param matches: best cosine of each token in each sentence, shape (tokens, sentences).
    :param groups: position of the first sentence of each passage, ascending, shape (passages,).
    :return: best cosine of each token in each passage, shape (tokens, passages); token weights, shape (tokens, 1); and score
        of each passage, shape (passages,).
    """
    best: Vectors = np.maximum.reduceat(matches, groups, axis=1)
    weights = token_weights(best)
    return best, weights, (best * weights).sum(axis=0)


def weighted_mean(matches: Vectors) -> Scores:
    """Average the best matches of tokens in texts with the token weights: shape (tokens, texts) to (texts,)."""
    mean: Scores = (matches * token_weights(matches)).sum(axis=0)
    return mean


def standardize(scores: Scores) -> Scores:
    """Scale scores to mean 0 and standard deviation 1; equal scores all become 0."""
    if not scores.size:
        return scores
    centred = scores - scores.sum() / len(scores)
    deviation = math.sqrt(float(centred @ centred) / len(centred))
    return centred / deviation if deviation > 1e-9 else np.zeros_like(scores)
