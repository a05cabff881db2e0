"""Select the sentences to quote: those verified in their passage and not near-duplicates of a better one."""

from __future__ import annotations

from collections.abc import Iterable

from rapidfuzz import fuzz

from index.retrieval.searcher import ScoredSentence
from index.text.normalization import quotation_key

QUOTATIONS = 3
# Largest score difference of a further quotation from the best, in standard deviations of the sentence scores.
MARGIN = 1.2
# Similarity, 0 to 100, from which a sentence is a near-duplicate. Sentences of at most SHORT characters are never one, since
# lines of a list differ in few characters.
DUPLICATE, SHORT = 70, 40


def drop_near_duplicates(ranked: Iterable[ScoredSentence]) -> list[ScoredSentence]:
    """Return the best sentences without near-duplicates, at most `QUOTATIONS`, none more than `MARGIN` below the best.

    :param ranked: sentences, best first.
    """
    chosen: list[ScoredSentence] = []
    for candidate in ranked:
        if len(chosen) == QUOTATIONS or (chosen and candidate.score < chosen[0].score - MARGIN):
            break
        text = quotation_key(candidate.sentence.text)
        duplicate = any(
            fuzz.ratio(text, quotation_key(other.sentence.text)) >= DUPLICATE for other in chosen if len(text) > SHORT
        )
        if not duplicate:
            chosen.append(candidate)
    return chosen


def is_quotation(evidence: ScoredSentence) -> bool:
    """Return whether the sentence stands in its passage, with compatibility forms unified and white space ignored."""
    return quotation_key(evidence.sentence.text) in quotation_key(evidence.passage.text)
