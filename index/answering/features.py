"""What a search measured, as the features from which a judge tells whether the best passage answers the question."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from index.answering.answerability import AnswerabilityFeatures
from index.answering.question_constraints import lacks_count, lacks_expected_type, missing_years
from index.retrieval.searcher import SearchResult
from index.text.localization import CJK


def extract_features(question: str, found: SearchResult, says: Callable[[str], bool]) -> AnswerabilityFeatures | None:
    """The features of a question and what was found for it, in the order of `index.answering.answerability.FEATURES`.

    :param says: whether the reports hold a word.
    :return: None where nothing was found.
    """
    seen = found.candidates
    if seen is None:
        return None
    best, text = seen.best, found.hits[0].passage.text
    measures = (
        seen.late.max(),
        seen.late[best],
        found.overlap,
        seen.keywords[best],
        seen.views["gist"][best],
        seen.views["reading"][best],
        seen.views["question"].max(),
        seen.matches[:, best].min(),
        ((seen.matches.max(axis=1) - seen.matches[:, best]) * seen.weights[:, 0]).sum(),
        seen.scores[best] - seen.scores[seen.second],
        len(missing_years(question, says)),
        bool(CJK.search(question)),
        len(seen.question),
        lacks_expected_type(question, text),
        lacks_count(question, text),
    )
    return AnswerabilityFeatures(seen.question, seen.best_passage, np.array(measures, np.float32))
