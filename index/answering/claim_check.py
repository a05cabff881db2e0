"""Check statements against the reports.

Each statement is supported by a sentence, contradicted by the figures or names of a similar sentence, or not covered.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

import numpy as np

from index.models import Citation
from index.reports.passages import sentence_spans
from index.text import gazetteer, normalization
from index.text.dates import MONTH, month_number
from index.text.numerals import parse_numeral

if TYPE_CHECKING:
    from index.answering.answerer import Answerer
    from index.arrays import Ids
    from index.lookup.directory import Directory

Judgement = Literal["supported", "contradicted", "not_covered"]

STATEMENTS = 10  # checked at most; the rest of a longer text is ignored
SHORTEST = 4  # letters and digits; a shorter piece is no statement
# Similarity thresholds, 0 to 1, for support and for contradiction. Readings of sentences reach SUPPORTING for their own
# sentence in 19 of 20 cases, and for the next best sentence in one of five. Differing facts lower the similarity, so the
# threshold for contradiction is lower.
SUPPORTING, CONTRADICTING = 0.52, 0.42
COMPARED = 4  # best sentences that a statement is compared with

WORDS = ("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
VALUES = {word: f" {value} " for value, word in enumerate(WORDS, 2)}
DENIED = r"不是|並非|并非|沒有|没有|從未|从未|尚未|[未非無无不](?=[\u4e00-\u9fff])|\b(?:not|no|never|none|without)\b|n't\b"
NEGATION = re.compile(DENIED, re.IGNORECASE)
# Words that contain a negating ideograph but do not negate.
NO_NEGATION = re.compile("不僅|不仅|不只|不但|不同|不斷|不断|無論|无论|未來|未来|非常|非政府|非營利|非营利|不法|不當")
NUMBER = re.compile(
    r"(?P<value>\d[\d,]*(?:\.\d+)?|[零〇一二三四五六七八九十百千兩两]{1,7})\s*[餘余多幾几]?[個个]?\s*(?P<unit>[\u4e00-\u9fff%％]?)"
)
# Ideographs form a number only before one of these units; 一起 and 十分 are words.
UNITS = frozenset("人位名國国場场次屆届項项條条年月日天號号時时點点票組组件份個个歲岁億亿萬万元%％")


@dataclass(frozen=True, slots=True)
class Figure:
    """A number with the ideograph after it as its unit; empty without one."""

    value: float
    unit: str


@dataclass(frozen=True, slots=True)
class CheckedStatement:
    """A statement with the result of its check.

    :param differs: the figures and names of the statement that the report contradicts.
    :param citation: the supporting or contradicting sentence; None if not covered.
    """

    statement: str
    mark: Judgement
    differs: tuple[str, ...] = ()
    citation: Citation | None = None


def check_statements(
    text: str, answerer: Answerer, directory: Directory, within: Ids | None = None
) -> tuple[CheckedStatement, ...]:
    """Check the first `STATEMENTS` statements of a text, each on its own.

    :param within: numbers of the passages to compare with; None for all.
    :return: in the order of the text; empty if it contains no statement.
    """
    pieces = [text[start:end] for start, end in sentence_spans(text)]
    statements = [piece for piece in pieces if sum(map(str.isalnum, piece)) >= SHORTEST][:STATEMENTS]
    return number_citations([check_statement(statement, answerer, directory, within) for statement in statements])


def check_statement(statement: str, answerer: Answerer, directory: Directory, within: Ids | None = None) -> CheckedStatement:
    """Compare a statement with the most similar sentences."""
    searcher = answerer.searcher
    contradiction: CheckedStatement | None = None
    for row, similarity in find_similar_sentences(statement, answerer, within):
        sentence = searcher.sentences[row]
        passage = searcher.passages[sentence.passage]
        context = f"{chr(10).join(sentence.section)}\n{passage.text}"
        comparison = compare_facts(statement, sentence.text, context, directory)
        citation = Citation(
            1, sentence.text, passage.id, sentence.section, sentence.pages, answerer.speaker_of(sentence.section)
        )
        if similarity >= SUPPORTING and comparison.agrees:
            return CheckedStatement(statement, "supported", (), citation)
        if similarity >= CONTRADICTING and comparison.differs:
            contradiction = contradiction or CheckedStatement(statement, "contradicted", comparison.differs, citation)
    return contradiction or CheckedStatement(statement, "not_covered")


def find_similar_sentences(statement: str, answerer: Answerer, within: Ids | None = None) -> list[tuple[int, float]]:
    """Return the quotable sentences most similar to a statement, best first.

    The similarity of a sentence is the higher one of its own text and of its readings.

    :return: pairs of sentence number and similarity, a weighted mean cosine.
    """
    searcher = answerer.searcher
    similarity = searcher.sentence_likeness(statement)
    allowed = range(len(searcher.passages)) if within is None else frozenset(within.tolist())
    ranked = ((int(row), searcher.sentences[row]) for row in np.argsort(-similarity, kind="stable"))
    order = [row for row, sentence in ranked if sentence.quotable and sentence.passage in allowed]
    return [(row, float(similarity[row])) for row in order[:COMPARED]]


@dataclass(frozen=True, slots=True)
class Comparison:
    """The result of comparing the facts of a statement with a sentence.

    :param agrees: whether the context of the sentence contains every figure and name of the statement.
    :param differs: figures and names of the statement that the sentence gives differently.
    """

    agrees: bool
    differs: tuple[str, ...]


def compare_facts(statement: str, sentence: str, around: str, directory: Directory) -> Comparison:
    """Compare the figures of a statement by unit, and its names of countries, people and sessions.

    :param around: the context of the sentence: its headings and its passage.
    """
    sentence_figures, context_values = find_figures(sentence), {figure.value for figure in find_figures(around)}
    missing = [figure for figure in find_figures(statement) if figure.value not in context_values]
    differing = [
        f"{m.value:g}{m.unit}"
        for m in missing
        if any(not m.unit or figure.unit in ("", m.unit) for figure in sentence_figures)
    ]
    # A long sentence may negate something else, but a negated statement needs a negation in the sentence.
    agrees = not missing and (has_negation(sentence) or not has_negation(statement))
    for names in (
        find_countries,
        lambda text: find_people(text, directory),
        lambda text: find_session_titles(text, directory),
    ):
        absent = names(statement) - names(around)
        agrees = agrees and not absent
        differing += sorted(name_as_written(name, statement) for name in absent) if names(sentence) else []
    return Comparison(agrees, tuple(differing))


def has_negation(text: str) -> bool:
    """Return whether a text contains a negation."""
    return bool(NEGATION.search(NO_NEGATION.sub("", text)))


def find_countries(text: str) -> set[str]:
    """Return the countries that a text names, itself or by a city, by their English names."""
    return {term.value for term in gazetteer.find_countries(normalization.name_key(text)) if term.meaning == "country"}


def name_as_written(name: str, statement: str) -> str:
    """Return a country by the spelling that a statement uses; any other name unchanged."""
    spellings = (name, *gazetteer.country_spellings(name))
    return next((spelling for spelling in spellings if spelling.lower() in statement.lower()), name)


def find_people(text: str, directory: Directory) -> set[str]:
    """Return the people of the reports that a text names."""
    folded = normalization.name_key(text)
    return {person.name for person, _ in directory.people if normalization.name_key(person.name) in folded}


def find_session_titles(text: str, directory: Directory) -> set[str]:
    """Return the session titles that a text contains."""
    folded = normalization.name_key(text)
    return {
        session.title
        for session in directory.sessions
        if len(session.title) > SHORTEST and normalization.name_key(session.title) in folded
    }


def find_figures(text: str) -> tuple[Figure, ...]:
    """Return the numbers of a text, in digits or ideographs, and months given by name."""
    plain = unicodedata.normalize("NFKC", text)
    plain = re.sub(MONTH, lambda match: f" {month_number(match[1])}月 ", plain, flags=re.IGNORECASE)
    # A pattern that ignores case matches a dotless ı as i; such a word is no number and stays as it is.
    plain = re.sub(
        rf"\b({'|'.join(WORDS)})\b", lambda match: VALUES.get(match[1].lower(), match[1]), plain, flags=re.IGNORECASE
    )
    figures: list[Figure] = []
    for match in NUMBER.finditer(plain):
        written, unit = match["value"], match["unit"] if match["unit"] in UNITS else ""
        if written[0].isdigit():
            figures.append(Figure(float(written.rstrip(",").replace(",", "")), unit))
        elif unit:
            figures.append(Figure(float(parse_numeral(written)), unit))
    return tuple(figures)


def number_citations(checked: Sequence[CheckedStatement]) -> tuple[CheckedStatement, ...]:
    """Number the citations in the order of the statements, from 1."""
    numbered: list[CheckedStatement] = []
    for statement in checked:
        n = 1 + sum(1 for other in numbered if other.citation)
        numbered.append(replace(statement, citation=replace(statement.citation, n=n) if statement.citation else None))
    return tuple(numbered)
