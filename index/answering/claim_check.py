"""Statements against a report: each is supported by a sentence, contradicted by its figures or names, or not covered."""

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

if TYPE_CHECKING:
    from index.answering.answerer import Answerer
    from index.arrays import Ids
    from index.lookup.directory import Directory

Judgement = Literal["supported", "contradicted", "not_covered"]

STATEMENTS = 10  # the first of a longer text
SHORTEST = 4  # characters; a shorter piece states nothing
# From which likeness on, 0 to 1, a sentence says the same as a statement: plain readings of sentences reach it in 19 of 20
# cases, and against the next best sentence in one of five. What differs makes a statement less like the sentence.
ALIKE, ALMOST_ALIKE = 0.52, 0.42
COMPARED = 4  # the best sentences, the first of which that agrees supports a statement

IDEOGRAPHIC = str.maketrans("零〇一二三四五六七八九兩两", "0012345678922")
WORDS = ("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
VALUES = {word: f" {value} " for value, word in enumerate(WORDS, 2)}
DENIED = r"不是|並非|并非|沒有|没有|從未|从未|尚未|[未非無无不](?=[\u4e00-\u9fff])|\b(?:not|no|never|none|without)\b|n't\b"
NEGATION = re.compile(DENIED, re.IGNORECASE)
# Words with such an ideograph that deny nothing.
NO_NEGATION = re.compile("不僅|不仅|不只|不但|不同|不斷|不断|無論|无论|未來|未来|非常|非政府|非營利|非营利|不法|不當")
NUMBER = re.compile(
    r"(?P<value>\d[\d,]*(?:\.\d+)?|[零〇一二三四五六七八九十百千兩两]{1,7})\s*[餘余多幾几]?[個个]?\s*(?P<unit>[\u4e00-\u9fff%％]?)"
)
# A run of ideographs is a number only before one of these; 一起 and 十分 are words.
UNITS = frozenset("人位名國国場场次屆届項项條条年月日天號号時时點点票組组件份個个歲岁億亿萬万元%％")


@dataclass(frozen=True, slots=True)
class Figure:
    """A number with the ideograph after it, its unit; no unit where there is none."""

    value: float
    unit: str


@dataclass(frozen=True, slots=True)
class CheckedStatement:
    """A statement, what the report makes of it, what it has otherwise, and the sentence that says so."""

    statement: str
    mark: Judgement
    differs: tuple[str, ...] = ()
    citation: Citation | None = None


def check_statements(
    text: str, answerer: Answerer, directory: Directory, within: Ids | None = None
) -> tuple[CheckedStatement, ...]:
    """Check the first statements of a text, each by itself; none for a text without any.

    `within` are the numbers of the passages that may speak to them; None for all.
    """
    pieces = [text[start:end] for start, end in sentence_spans(text)]
    stated = [piece for piece in pieces if sum(map(str.isalnum, piece)) >= SHORTEST][:STATEMENTS]
    return number_citations([check_statement(statement, answerer, directory, within) for statement in stated])


def check_statement(statement: str, answerer: Answerer, directory: Directory, within: Ids | None = None) -> CheckedStatement:
    """Compare a statement with the sentences that are most like it."""
    searcher = answerer.searcher
    wrong: CheckedStatement | None = None
    for number, likeness in find_similar_sentences(statement, answerer, within):
        sentence = searcher.sentences[number]
        passage = searcher.passages[sentence.passage]
        around = f"{chr(10).join(sentence.section)}\n{passage.text}"
        compared = compare_facts(statement, sentence.text, around, directory)
        citation = Citation(
            1, sentence.text, passage.id, sentence.section, sentence.pages, answerer.speaker_of(sentence.section)
        )
        if likeness >= ALIKE and compared.agrees:
            return CheckedStatement(statement, "supported", (), citation)
        if likeness >= ALMOST_ALIKE and compared.differs:
            wrong = wrong or CheckedStatement(statement, "contradicted", compared.differs, citation)
    return wrong or CheckedStatement(statement, "not_covered")


def find_similar_sentences(statement: str, answerer: Answerer, within: Ids | None = None) -> list[tuple[int, float]]:
    """The quotable sentences that are most like a statement, with how much, best first.

    A sentence is as like it as the likest of its own words and of what was written about it.
    """
    searcher = answerer.searcher
    likeness = searcher.sentence_likeness(statement)
    allowed = range(len(searcher.passages)) if within is None else frozenset(within.tolist())
    ranked = ((int(row), searcher.sentences[row]) for row in np.argsort(-likeness, kind="stable"))
    order = [row for row, sentence in ranked if sentence.quotable and sentence.passage in allowed]
    return [(row, float(likeness[row])) for row in order[:COMPARED]]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Whether all figures and names of a statement stand around a sentence, and those that this has otherwise."""

    agrees: bool
    differs: tuple[str, ...]


def compare_facts(statement: str, sentence: str, around: str, directory: Directory) -> Comparison:
    """Compare figures by their unit, and the names of countries, people and sessions."""
    given, known = find_figures(sentence), {figure.value for figure in find_figures(around)}
    missing = [figure for figure in find_figures(statement) if figure.value not in known]
    other = [f"{m.value:g}{m.unit}" for m in missing if any(not m.unit or each.unit in ("", m.unit) for each in given)]
    # A long sentence may deny something else, but a denial needs one.
    agrees = not missing and (has_negation(sentence) or not has_negation(statement))
    for names in (
        find_countries,
        lambda text: find_people(text, directory),
        lambda text: find_session_titles(text, directory),
    ):
        absent = names(statement) - names(around)
        agrees = agrees and not absent
        other += sorted(name_as_written(name, statement) for name in absent) if names(sentence) else []
    return Comparison(agrees, tuple(other))


def has_negation(text: str) -> bool:
    """Whether a text says that something is not so."""
    return bool(NEGATION.search(NO_NEGATION.sub("", text)))


def find_countries(text: str) -> set[str]:
    """The countries that a text names, and those of its cities, by their English names."""
    return {term.value for term in gazetteer.find_countries(normalization.name_key(text)) if term.meaning == "country"}


def name_as_written(name: str, statement: str) -> str:
    """A country's name as a statement has it; any other name as it is."""
    spellings = (name, *gazetteer.country_spellings(name))
    return next((spelling for spelling in spellings if spelling.lower() in statement.lower()), name)


def find_people(text: str, directory: Directory) -> set[str]:
    """Those of a report's people whom a text names."""
    folded = normalization.name_key(text)
    return {person.name for person, _ in directory.people if normalization.name_key(person.name) in folded}


def find_session_titles(text: str, directory: Directory) -> set[str]:
    """The titles of sessions that a text names."""
    folded = normalization.name_key(text)
    return {
        each.title
        for each in directory.sessions
        if len(each.title) > SHORTEST and normalization.name_key(each.title) in folded
    }


def find_figures(text: str) -> tuple[Figure, ...]:
    """The numbers of a text, in digits and in ideographs, and months by name."""
    plain = unicodedata.normalize("NFKC", text)
    plain = re.sub(MONTH, lambda found: f" {month_number(found[1])}月 ", plain, flags=re.IGNORECASE)
    # The expression takes a dotless ı for an i, which no word of these has.
    plain = re.sub(rf"\b({'|'.join(WORDS)})\b", lambda it: VALUES.get(it[1].lower(), it[1]), plain, flags=re.IGNORECASE)
    found: list[Figure] = []
    for match in NUMBER.finditer(plain):
        written, unit = match["value"], match["unit"] if match["unit"] in UNITS else ""
        if written[0].isdigit():
            found.append(Figure(float(written.rstrip(",").replace(",", "")), unit))
        elif unit:
            found.append(Figure(float(parse_ideographic_number(written)), unit))
    return tuple(found)


def parse_ideographic_number(written: str) -> int:
    """The value of a number in ideographs, up to thousands: 十二 is 12, 二〇二一 is 2021."""
    if not re.search("[十百千]", written):
        return int(written.translate(IDEOGRAPHIC))
    total, digit = 0, 0
    for character in written:
        if scale := {"十": 10, "百": 100, "千": 1000}.get(character):
            total += (digit or 1) * scale
            digit = 0
        else:
            digit = int(character.translate(IDEOGRAPHIC))
    return total + digit


def number_citations(checked: Sequence[CheckedStatement]) -> tuple[CheckedStatement, ...]:
    """The citations numbered in the order of the statements."""
    made: list[CheckedStatement] = []
    for each in checked:
        n = 1 + sum(1 for other in made if other.citation)
        made.append(replace(each, citation=replace(each.citation, n=n) if each.citation else None))
    return tuple(made)
