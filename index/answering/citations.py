"""Select the sentences to quote: those verified in their passage and not near-duplicates of a better one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import takewhile

from rapidfuzz import fuzz

from index.answering.follow_ups import compile_alternatives
from index.models import Passage
from index.retrieval.searcher import ScoredSentence, Searcher
from index.text.clauses import clause_spans, count_columns
from index.text.normalization import quotation_key

QUOTATIONS = 3
# Largest score difference of a further quotation from the best, in standard deviations of the sentence scores.
MARGIN = 1.2
# Similarity, 0 to 100, from which a sentence is a near-duplicate. Sentences of at most SHORT characters are never one, since
# lines of a list differ in few characters.
DUPLICATE, SHORT = 70, 40
# Of a list that is quoted as a whole: characters of the item above it, points, and columns, of which an ideograph has two.
LIST_TOPIC, LIST_POINTS, LIST_COLUMNS = 60, 8, 600
LEAD_CHARACTERS = 120  # of an answer in short, at most


def drop_near_duplicates(ranked: Iterable[ScoredSentence]) -> list[ScoredSentence]:
    """Return the best sentences without near-duplicates, at most `QUOTATIONS`, none more than `MARGIN` below the best.

    :param ranked: sentences, best first.
    """
    chosen: list[ScoredSentence] = []
    for candidate in ranked:
        if len(chosen) == QUOTATIONS or (chosen and candidate.score < chosen[0].score - MARGIN):
            break
        if not is_near_duplicate(candidate.sentence.text, [other.sentence.text for other in chosen]):
            chosen.append(candidate)
    return chosen


def is_near_duplicate(text: str, others: Iterable[str]) -> bool:
    """Return whether a text says nearly the same as one of the others."""
    key = quotation_key(text)
    return len(key) > SHORT and any(fuzz.ratio(key, quotation_key(other)) >= DUPLICATE for other in others)


@dataclass(frozen=True, slots=True)
class Quotation:
    """Words of a passage to quote.

    :param row: number of the sentence that answers.
    :param text: the sentence, after the one before if it leans on that.
    :param rows: numbers of the sentences in `text`.
    :param spans: offsets in `text` of the words that answer, end exclusive.
    :param is_short: whether those words answer in short; else they are the clauses in which the answer stands.
    """

    row: int
    text: str
    rows: tuple[int, ...]
    spans: tuple[tuple[int, int], ...] = ()
    is_short: bool = True

    @property
    def lead(self) -> str | None:
        """The words that answer, if they are few."""
        words = self.text[slice(*self.spans[0])] if self.spans and self.is_short else ""
        return words if 0 < len(words) <= LEAD_CHARACTERS else None


def quote_sentence(row: int, searcher: Searcher) -> Quotation:
    """Quote a sentence, with the one before if it leans on that and both stand together in one passage."""
    sentence = searcher.sentences[row]
    before = searcher.sentences[row - 1] if row else sentence
    is_together = (before.passage, before.section) == (sentence.passage, sentence.section) and before.quotable
    if row and is_together and leans_on_context(sentence.text):
        return quote_rows((row - 1, row), searcher)
    return quote_rows((row,), searcher)


def quote_rows(rows: tuple[int, ...], searcher: Searcher) -> Quotation:
    """Quote consecutive sentences of one passage, as they stand there."""
    first, last = searcher.sentences[rows[0]], searcher.sentences[rows[-1]]
    if len(rows) == 1:
        return Quotation(rows[0], first.text, rows)
    text = searcher.passages[first.passage].text
    start = text.find(first.text)
    end = text.find(last.text, start + len(first.text)) + len(last.text)
    return Quotation(rows[-1], text[start:end], rows)


def complete_list(quotation: Quotation, searcher: Searcher) -> Quotation:
    """Quote with a point of a list all others below the same item, with what is below them, if they are few.

    :return: the quotation as it is if it is no such point, if there are too many others, or if the item above is long, since
        points below a speaker's name and office belong to several topics.
    """
    sentences, row = searcher.sentences, quotation.row
    above, passage = sentences[row].parents, sentences[row].passage
    if not above or len(above[-1]) > LIST_TOPIC or quotation.rows != (row,):
        return quotation

    def belongs(number: int) -> bool:
        other = sentences[number]
        return other.passage == passage and other.parents[: len(above)] == above

    before = tuple(takewhile(belongs, range(row - 1, -1, -1)))[::-1]
    after = tuple(takewhile(belongs, range(row + 1, len(sentences))))
    whole = quote_rows((*before, row, *after), searcher)
    if not 1 < len(whole.rows) <= LIST_POINTS or count_columns(whole.text) > LIST_COLUMNS:
        return quotation
    shift = whole.text.find(quotation.text)
    spans = tuple((start + shift, end + shift) for start, end in quotation.spans)
    return replace(whole, row=row, spans=spans, is_short=False)


def quote_span(row: int, span: tuple[int, int], searcher: Searcher) -> Quotation:
    """Quote a sentence and mark the words that answer, as `quote_spans` does."""
    return quote_spans(row, [span], searcher)


def quote_spans(row: int, spans: Iterable[tuple[int, int]], searcher: Searcher) -> Quotation:
    """Quote a sentence and mark parts of it.

    :param spans: offsets in the sentence, end exclusive; what lies beyond the sentence is left out.
    """
    quotation = quote_sentence(row, searcher)
    length = len(searcher.sentences[row].text)
    shift = len(quotation.text) - length
    within = [(max(0, start), min(length, end)) for start, end in spans]
    return replace(quotation, spans=tuple((start + shift, end + shift) for start, end in within if start < end))


def quote_clauses(row: int, span: tuple[int, int], searcher: Searcher) -> Quotation:
    """Quote a sentence, and mark the clauses of it that hold some words.

    :param span: offsets of the words in the sentence, end exclusive.
    """
    held = [clause for clause in clause_spans(searcher.sentences[row].text) if clause[0] < span[1] and span[0] < clause[1]]
    return replace(quote_span(row, (held[0][0], held[-1][1]), searcher), is_short=False)


def leans_on_context(sentence: str) -> bool:
    """Return whether a sentence begins with a word that points back to the one before."""
    return bool(compile_alternatives("sentence").match(sentence))


def is_verbatim(quotation: str, passage: Passage) -> bool:
    """Return whether a quotation stands in its passage, with compatibility forms unified and white space ignored."""
    return quotation_key(quotation) in quotation_key(passage.text)
