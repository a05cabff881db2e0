"""Extract the features of the answerability classifier from a search result."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from index.answering.answerability import AnswerabilityFeatures
from index.answering.question_constraints import lacks_count, lacks_expected_type, missing_years
from index.retrieval.searcher import SearchResult
from index.text.localization import CJK


def extract_features(question: str, result: SearchResult, says: Callable[[str], bool]) -> AnswerabilityFeatures | None:
    """Return the features of a question and its search result, measures in the order of `FEATURES`.

    :param says: whether the reports contain a word.
    :return: None if the search has no candidates.
    """
    candidates = result.candidates
    if candidates is None:
        return None
    best, text = candidates.best, result.hits[0].passage.text
    measures = (
        candidates.late_interaction.max(),
        candidates.late_interaction[best],
        result.overlap,
        candidates.keywords[best],
        candidates.expansions["gist"][best],
        candidates.expansions["reading"][best],
        candidates.expansions["question"].max(),
        candidates.matches[:, best].min(),
        ((candidates.matches.max(axis=1) - candidates.matches[:, best]) * candidates.weights[:, 0]).sum(),
        candidates.scores[best] - candidates.scores[candidates.second],
        len(missing_years(question, says)),
        bool(CJK.search(question)),
        len(candidates.question),
        lacks_expected_type(question, text),
        lacks_count(question, text),
    )
    return AnswerabilityFeatures(candidates.question, candidates.best_passage, np.array(measures, np.float32))
