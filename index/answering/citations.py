"""Which of the sentences that search found are quoted: what stands in its passage, and says something of its own."""

from __future__ import annotations

from collections.abc import Iterable

from rapidfuzz import fuzz

from index.retrieval.searcher import ScoredSentence
from index.text.normalization import quotation_key

QUOTATIONS = 3
# A further sentence is quoted if it scores at most this much below the best, in standard deviations of the sentences'.
MARGIN = 1.2
# From this similarity on, 0 to 100, a sentence repeats another; short ones, such as lines of a list, differ in little.
SAME, SHORT = 70, 40


def drop_near_duplicates(ranked: Iterable[ScoredSentence]) -> list[ScoredSentence]:
    """The first of them that say something of their own, as many as are quoted and nearly as good as the best: a report may
    say nearly the same twice."""
    chosen: list[ScoredSentence] = []
    for each in ranked:
        if len(chosen) == QUOTATIONS or (chosen and each.score < chosen[0].score - MARGIN):
            break
        text = quotation_key(each.sentence.text)
        again = any(fuzz.ratio(text, quotation_key(other.sentence.text)) >= SAME for other in chosen if len(text) > SHORT)
        if not again:
            chosen.append(each)
    return chosen


def is_quotation(evidence: ScoredSentence) -> bool:
    """Whether the quote stands in its passage, compatibility forms and white space folded."""
    return quotation_key(evidence.sentence.text) in quotation_key(evidence.passage.text)
