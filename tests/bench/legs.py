"""What each way of searching finds alone, on questions with evidence: python -m tests.bench.legs questions.jsonl"""

import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np

from index.config import Settings
from index.engine import Engine
from index.evaluation.metrics import Question, holds_evidence, load_questions
from index.models import Expansion
from index.retrieval.expansion_scorer import ExpansionScorer
from index.retrieval.query_adapter import QueryAdapter
from index.retrieval.searcher import Searcher
from index.retrieval.token_index import token_weights
from index.text.normalization import fold_without_whitespace
from index.training import query_adapter_trainer


def rankings(searcher: Searcher, question: str) -> dict[str, np.ndarray]:
    """Scores of every passage by each way of searching."""
    encoded = searcher.encoder.queries([question])[0]
    starts = searcher.first_sentences[:-1]
    rows = np.arange(len(searcher.sentences))
    asked = searcher.token_index.center_tokens(encoded.tokens)
    matches = np.maximum.reduceat(searcher.token_index.max_sim(asked, rows.tolist()), starts, axis=1)
    return {
        "dense, best sentence": np.maximum.reduceat(searcher.store.dense.cosines(encoded.vector, rows), starts),
        "keywords": searcher.store.lexical.scores(question),
        "late interaction, tokens count alike": matches.mean(axis=0),
        "late interaction, tokens weighted": (matches * token_weights(matches)).sum(axis=0),
    }


FOLDS = 5  # of passages, for adapters that saw no question about some


class Adapters:
    """Adapters trained without the questions about some passages."""

    def __init__(self, searcher: Searcher, corpus: Path) -> None:
        self.searcher, self.pairs = searcher, query_adapter_trainer.make_pairs(corpus, searcher)
        self.trained: dict[frozenset[int], QueryAdapter] = {}

    def without(self, relevant: np.ndarray) -> QueryAdapter:
        """One that saw no question about the relevant passages, nor about the others of their folds."""
        folds = frozenset(int(number) % FOLDS for number in np.flatnonzero(relevant))
        if folds not in self.trained:
            kept = [pair for pair in self.pairs if not folds & {passage % FOLDS for passage in pair.passages}]
            self.trained[folds] = query_adapter_trainer.train_adapter(kept, self.searcher, lambda *_: None)
        return self.trained[folds]


def ingredients(searcher: Searcher, question: str, relevant: np.ndarray, adapters: Adapters) -> dict[str, np.ndarray]:
    """Scores of every passage with some of what was written about passages; the last without that of the right ones."""

    def kinds(*wanted: str) -> Callable[[Expansion], bool]:
        return lambda each: each.kind in wanted

    def elsewhere(each: Expansion) -> bool:
        return not relevant[searcher.owners[list(each.sentences)]].any()

    ways = {
        "report alone": (kinds(), None),
        "report and gists": (kinds("gist"), None),
        "report and readings": (kinds("reading"), None),
        "report and reviewed questions": (kinds("question"), None),
        "report and adapter": (kinds(), searcher.adapter),
        "all but the adapter": (lambda _: True, None),
        "all, as shipped": (lambda _: True, searcher.adapter),
        "all but what is about the right passages": (elsewhere, adapters.without(relevant)),
    }
    return {name: scores_with(searcher, question, keep, adapter) for name, (keep, adapter) in ways.items()}


def scores_with(
    searcher: Searcher, question: str, keep: Callable[[Expansion], bool], adapter: QueryAdapter | None
) -> np.ndarray:
    """Scores of every passage where only some expansions are known, with an adapter or without."""
    kept = [each if keep(each) else replace(each, sentences=()) for each in searcher.expansion_scorer.expansions]
    views = ExpansionScorer(kept, searcher.expansion_scorer.tokens, searcher.owners)
    known = Searcher(
        searcher.encoder,
        searcher.passages,
        searcher.sentences,
        searcher.store,
        searcher.token_index,
        views,
        adapter,
    )
    whole = {hit.passage.id: hit.score for hit in known.search(question, len(searcher.passages)).hits}
    return np.array([whole.get(passage.id, -np.inf) for passage in searcher.passages])


def first_hit(scores: np.ndarray, relevant: np.ndarray) -> int:
    """The rank of the first relevant passage, from 1."""
    return int(np.flatnonzero(relevant[np.argsort(-scores, kind="stable")])[0]) + 1


def main() -> None:
    questions: list[Question] = [question for question in load_questions(Path(sys.argv[1])) if question.answerable]
    settings = Settings()
    searcher = Engine.load(settings).answerer.searcher
    adapters = Adapters(searcher, settings.corpus.path)
    texts = [fold_without_whitespace(passage.text) for passage in searcher.passages]
    ranks: dict[str, list[int]] = {}
    for question in questions:
        evidence = [fold_without_whitespace(text) for text in question.evidence]
        relevant = np.array([any(holds_evidence(text, each) for each in evidence) for text in texts])
        if relevant.any():
            found = rankings(searcher, question.question) | ingredients(searcher, question.question, relevant, adapters)
            for name, scores in found.items():
                ranks.setdefault(name, []).append(first_hit(scores, relevant))
    print(f"{'':40}{'recall@1':>9}{'recall@5':>9}{'MRR':>7}   questions")
    for name, places in ranks.items():
        each = np.array(places)
        print(f"{name:40}{(each == 1).mean():9.3f}{(each <= 5).mean():9.3f}{(1 / each).mean():7.3f}   {len(each)}")


if __name__ == "__main__":
    main()
