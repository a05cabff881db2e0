"""What each way of searching finds alone, on questions with evidence: python -m tests.bench.legs questions.jsonl"""

import sys
from pathlib import Path

import numpy as np

from index.config import Settings
from index.engine import Engine
from index.evaluation import Question, holds, load, squeeze
from index.late import token_weights
from index.search import Searcher


def rankings(searcher: Searcher, question: str) -> dict[str, np.ndarray]:
    """Scores of every passage by each way of searching."""
    encoded = searcher.encoder.queries([question])[0]
    starts = searcher.first_sentences[:-1]
    rows = np.arange(len(searcher.sentences))
    matches = np.maximum.reduceat(searcher.late.best_matches(encoded.tokens, rows.tolist()), starts, axis=1)
    whole = {hit.passage.id: hit.score for hit in searcher.search(question, len(searcher.passages)).hits}
    return {
        "dense, best sentence": np.maximum.reduceat(searcher.dense.cosines(encoded.vector, rows), starts),
        "keywords": searcher.lexical.scores(question),
        "late interaction, tokens count alike": matches.mean(axis=0),
        "late interaction, tokens weighted": (matches * token_weights(matches)).sum(axis=0),
        "all, as shipped": np.array([whole.get(passage.id, -np.inf) for passage in searcher.passages]),
    }


def first_hit(scores: np.ndarray, relevant: np.ndarray) -> int:
    """The rank of the first relevant passage, from 1."""
    return int(np.flatnonzero(relevant[np.argsort(-scores, kind="stable")])[0]) + 1


def main() -> None:
    questions: list[Question] = [question for question in load(Path(sys.argv[1])) if question.answerable]
    searcher = Engine.load(Settings()).answerer.searcher
    texts = [squeeze(passage.text) for passage in searcher.passages]
    ranks: dict[str, list[int]] = {}
    for question in questions:
        evidence = [squeeze(text) for text in question.evidence]
        relevant = np.array([any(holds(text, each) for each in evidence) for text in texts])
        if relevant.any():
            for name, scores in rankings(searcher, question.question).items():
                ranks.setdefault(name, []).append(first_hit(scores, relevant))
    print(f"{'':40}{'recall@1':>9}{'recall@5':>9}{'MRR':>7}   questions")
    for name, found in ranks.items():
        each = np.array(found)
        print(f"{name:40}{(each == 1).mean():9.3f}{(each <= 5).mean():9.3f}{(1 / each).mean():7.3f}   {len(each)}")


if __name__ == "__main__":
    main()
