"""Check the statements of a message against the reports.

A statement is supported only if each of its claims stands in one sentence or two neighbouring ones, by the judgement of the
trained judge and by every number, date, name and strong word; rules never raise a mark that the judge does not give.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING, Literal

import numpy as np

from index.claims.facts import NAME, Difference, FactCheck, compare_facts
from index.claims.statements import NUMBERING, SHORTEST_CLAIM, STATEMENTS, Statement, count_letters, split_statements
from index.models import Citation
from index.reading.claim_judge import ClaimJudge
from index.reading.reader import Window
from index.text.aliases import replace_aliases
from index.text.dates import find_dates
from index.text.localization import Language, language_of
from index.text.normalization import fold_without_whitespace

if TYPE_CHECKING:
    from index.answering.answerer import Answerer
    from index.arrays import Ids, Scores

Judgement = Literal["supported", "contradicted", "related", "not_covered", "unchecked"]
# Probabilities from which the judge counts: that sentences support a claim, that they contradict it, that they do where a
# number or word differs, that they are about the same thing, and that they may support it, so that nothing contradicts it.
SUPPORTED, CONTRADICTED, DIFFERING, ABOUT, POSSIBLE = 0.8, 0.95, 0.5, 0.5, 0.2
FARTHER = 0.08  # a sentence that a claim is compared with is at most this much less similar than the most similar one
RELATED = 0.6  # similarity of a sentence that is shown as the nearest whatever the judge makes of it
COMPARED, WITH_NEIGHBOUR = 3, 2  # sentences that a claim is compared with, and those of them also with a neighbour
CANDIDATES = 4  # sentences, parts and pairs of them that are judged
FIRST_COMPARED = 2  # candidates that are judged first; if they support a claim, the others are not
COMMON = 0.1  # share of the passages that print a name which a sentence need not repeat
# A sentence from LONG characters on is also compared by its parts, each of at least SHORTEST_PART letters.
SEMICOLON, LONG, SHORTEST_PART = re.compile(r"[；;]"), 80, 8
# A statement is as good as its weakest claim, and false with any false one.
ORDER: tuple[Judgement, ...] = ("contradicted", "not_covered", "related", "supported")


@dataclass(frozen=True, slots=True)
class CheckedStatement:
    """A statement with the result of its check.

    :param difference: what a contradicted statement says and the report gives otherwise, if it can be told by words.
    :param citations: the sentences that support or contradict, or the nearest one; empty if not covered.
    """

    statement: str
    mark: Judgement
    difference: Difference | None = None
    citations: tuple[Citation, ...] = ()


@dataclass(frozen=True, slots=True)
class Candidate:
    """One sentence or two neighbouring ones that a claim is compared with.

    :param rows: numbers of the sentences, in order.
    :param context: headings and passage around them.
    """

    rows: tuple[int, ...]
    heading: str
    text: str
    context: str
    likeness: float


@dataclass(frozen=True, slots=True)
class Comparison:
    """A candidate with its facts, and the probabilities that it supports, contradicts or leaves open a claim."""

    candidate: Candidate
    facts: FactCheck
    supports: float
    contradicts: float

    @property
    def differs_alone(self) -> bool:
        """Whether the sentences give all that the claim says, some of it otherwise."""
        return bool(self.facts.differences) and not self.facts.missing

    @property
    def is_about(self) -> float:
        """The probability that the sentences are about what the claim is about."""
        return self.supports + self.contradicts


@dataclass(frozen=True, slots=True)
class JudgedClaim:
    """A mark of a claim, with the sentences that it rests on, and what they give otherwise, if it can be told by words."""

    mark: Judgement
    rows: tuple[int, ...] = ()
    difference: Difference | None = None


class ClaimChecker:
    """Checks statements against one generation of the index. Threads may share one."""

    def __init__(self, answerer: Answerer, load_judge: Callable[[], ClaimJudge | None]) -> None:
        """Create a checker.

        :param load_judge: called on first use. Without a judge only what stands in the report word by word is supported.
        """
        self.answerer, self.searcher, self.load_judge = answerer, answerer.searcher, load_judge

    def check(self, message: str, within: Ids | None = None) -> tuple[CheckedStatement, ...]:
        """Check the first `STATEMENTS` statements of a message; further ones are marked "unchecked".

        :param within: numbers of the passages to compare with; None for all.
        :return: in the order of the message; empty if it states nothing.
        """
        statements = split_statements(message)
        checked = statements[:STATEMENTS]
        claims = [replace_aliases(claim, self.answerer.aliases) for statement in checked for claim in statement.claims]
        judged = iter(self.judge_claims(claims, within))
        language = language_of(message)
        found = [self._join(statement, [next(judged) for _ in statement.claims], language) for statement in checked]
        return number_citations([*found, *(CheckedStatement(each.text, "unchecked") for each in statements[STATEMENTS:])])

    def verify(self, claim: str, sentences: Sequence[str], heading: str = "") -> JudgedClaim:
        """Judge a claim by some sentences alone, each by itself and any two neighbouring ones together."""
        groups = [(n,) for n in range(len(sentences))] + [(n, n + 1) for n in range(len(sentences) - 1)]
        candidates = [Candidate(rows, heading, " ".join(sentences[n] for n in rows), "", 1.0) for rows in groups]
        return judge_claim(self.compare([claim], [candidates])[0])

    def judge_claims(self, claims: Sequence[str], within: Ids | None = None) -> list[JudgedClaim]:
        """Compare each claim with the sentences that are most similar to it, first with the best ones alone."""
        likeness = self.searcher.sentence_likeness(claims)
        candidates = [self.find_candidates(*each, within) for each in zip(claims, likeness, strict=True)]
        compared = self.compare(claims, [group[:FIRST_COMPARED] for group in candidates])
        judged = list(map(judge_claim, compared))
        open_ = [n for n, each in enumerate(judged) if each.mark != "supported"]
        rest = self.compare([claims[n] for n in open_], [candidates[n][FIRST_COMPARED:] for n in open_])
        for n, further in zip(open_, rest, strict=True):
            judged[n] = judge_claim([*compared[n], *further])
        return judged

    def compare(self, claims: Sequence[str], candidates: Sequence[Sequence[Candidate]]) -> list[list[Comparison]]:
        """Compare claims with their candidates, in one batch."""
        pairs = [(claim, each) for claim, group in zip(claims, candidates, strict=True) for each in group]
        quoted = [is_quotation(claim, each.text) for claim, each in pairs]
        judged = [
            (claim, Window(each.heading, each.text)) for (claim, each), known in zip(pairs, quoted, strict=True) if not known
        ]
        judgements = iter(self.judgements(judged))

        def compare_pair(claim: str, candidate: Candidate, is_quoted: bool) -> Comparison:
            if is_quoted:
                return Comparison(candidate, FactCheck(), 1.0, 0.0)
            supports, contradicts, _ = map(float, next(judgements))
            facts = compare_facts(claim, candidate.text, candidate.context, self.common_names)
            return Comparison(candidate, facts, supports, contradicts)

        compared = (compare_pair(*pair, is_quoted) for pair, is_quoted in zip(pairs, quoted, strict=True))
        return [[next(compared) for _ in group] for group in candidates]

    def judgements(self, pairs: Sequence[tuple[str, Window]]) -> Iterable[Sequence[float]]:
        """Return the probabilities that each pair's window supports the claim, contradicts it, or leaves it open."""
        judge = self.load_judge() if pairs else None
        if judge:
            return judge.judge(pairs)
        return [(0.0, 0.0, 1.0)] * len(pairs)

    def find_candidates(self, claim: str, likeness: Scores, within: Ids | None) -> list[Candidate]:
        """Return the quotable sentences most similar to a claim, best first, with parts of them and the best in pairs.

        There are at most `CANDIDATES`. If one of them says the claim word by word, it alone.

        :param likeness: of each sentence to the claim, -1 to 1, shape (sentences,).
        """
        sentences = self.searcher.sentences
        allowed = range(len(self.searcher.passages)) if within is None else frozenset(within.tolist())
        ranked = (int(row) for row in np.argsort(-likeness, kind="stable"))
        quotable = (row for row in ranked if sentences[row].quotable and sentences[row].passage in allowed)
        fitting = (row for row in quotable if is_more_than_a_date(sentences[row].text))
        best = list(islice(fitting, COMPARED))
        best = [row for row in best if likeness[row] >= likeness[best[0]] - FARTHER]
        groups: list[tuple[int, ...]] = [(row,) for row in best]
        for row in best[:WITH_NEIGHBOUR]:
            beside = [n for n in (row - 1, row + 1) if self.is_together(row, n)]
            if beside:
                groups.append(tuple(sorted((row, max(beside, key=lambda n: float(likeness[n]))))))
        made = [self.make_candidate(rows, float(max(likeness[row] for row in rows))) for rows in dict.fromkeys(groups)]
        if quoted := [each for each in made if is_quotation(claim, each.text)]:
            return quoted[:1]
        parts = [replace(each, text=part) for each in made[: len(best)] if (part := find_part(claim, each.text))]
        return [*made[:1], *parts, *made[1:]][:CANDIDATES]

    def is_together(self, row: int, other: int) -> bool:
        """Return whether two sentences stand under the same heading in one passage."""
        sentences = self.searcher.sentences
        if not 0 <= other < len(sentences):
            return False
        return (sentences[row].passage, sentences[row].section) == (sentences[other].passage, sentences[other].section)

    def make_candidate(self, rows: tuple[int, ...], likeness: float) -> Candidate:
        first = self.searcher.sentences[rows[0]]
        text = " ".join(self.searcher.sentences[row].text for row in rows)
        context = f"{' '.join(first.section)} {self.searcher.passages[first.passage].text}"
        return Candidate(rows, first.section[-1] if first.section else "", text, context, likeness)

    @cached_property
    def common_names(self) -> frozenset[str]:
        """The folded words of names that stand in many passages."""
        passages = self.searcher.passages
        words = Counter(
            word
            for passage in passages
            for word in {fold_without_whitespace(part) for name in NAME.findall(passage.text) for part in name.split()}
        )
        return frozenset(word for word, count in words.items() if count >= max(3, COMMON * len(passages)))

    def _join(self, statement: Statement, judged: Sequence[JudgedClaim], language: Language) -> CheckedStatement:
        """Return a statement with the mark of its weakest claim and the sentences behind all of them."""
        if not judged:
            return CheckedStatement(statement.text, "not_covered")
        weakest = min(judged, key=lambda each: ORDER.index(each.mark))
        mark = weakest.mark
        if mark == "not_covered" and any(each.rows for each in judged):
            mark = "related"
        shown = [weakest] if mark == "contradicted" else judged
        groups = {each.rows: each.difference.report if each.difference else "" for each in shown if each.rows}
        return CheckedStatement(statement.text, mark, weakest.difference, self.answerer.cite_rows(groups.items(), language))


def is_more_than_a_date(sentence: str) -> bool:
    """Return whether a sentence is more than a date with its label, which is the date of something else."""
    dates = find_dates(sentence)
    return not dates or count_letters(sentence) - sum(date.end - date.start for date in dates) >= SHORTEST_CLAIM


def find_part(claim: str, sentence: str) -> str | None:
    """Return the part of a long sentence, between semicolons, that shares most with a claim; None if it has no parts."""
    parts = [part for part in SEMICOLON.split(sentence) if count_letters(part) >= SHORTEST_PART]
    if len(parts) < 2 or len(sentence) < LONG:
        return None
    pairs = {claim[n : n + 2] for n in range(len(claim) - 1)}
    shared = [sum(pair in part for pair in pairs) for part in parts]
    return parts[shared.index(max(shared))] if max(shared) >= 2 else None


def judge_claim(compared: Sequence[Comparison]) -> JudgedClaim:
    """Decide on a claim by all sentences that it was compared with."""
    supporting = [each for each in compared if each.facts.agrees and each.supports >= SUPPORTED]
    if supporting:
        best = max(supporting, key=lambda each: (each.supports, -len(each.candidate.rows)))
        return JudgedClaim("supported", best.candidate.rows)
    is_possible = any(each.facts.agrees and each.supports >= POSSIBLE for each in compared)
    # What one sentence gives is not contradicted by the numbers and dates of another.
    is_given = any(each.facts.agrees and each.is_about >= ABOUT for each in compared)
    contradicting = [
        each
        for each in compared
        if each.is_about >= ABOUT
        and each.contradicts >= (DIFFERING if each.differs_alone and not is_given else CONTRADICTED)
    ]
    if contradicting and not is_possible:
        best = max(contradicting, key=lambda each: (bool(each.facts.differences), each.is_about, -len(each.candidate.rows)))
        return JudgedClaim("contradicted", best.candidate.rows, next(iter(best.facts.differences), None))
    near = [each for each in compared if len(each.candidate.rows) == 1]
    near = [each for each in near if each.is_about >= ABOUT or each.candidate.likeness >= RELATED]
    if not near:
        return JudgedClaim("not_covered")
    return JudgedClaim("related", max(near, key=lambda each: (each.is_about, each.candidate.likeness)).candidate.rows)


def overall_mark(checked: Sequence[CheckedStatement]) -> tuple[Judgement, Difference | None]:
    """Return the mark of several statements as a whole, and what differs in the first false one.

    Supported only if all are, contradicted with any, related if any is supported or related.
    """
    marks = {each.mark for each in checked}
    if "contradicted" in marks:
        return "contradicted", next(each.difference for each in checked if each.mark == "contradicted")
    if marks == {"supported"}:
        return "supported", None
    return ("related" if marks & {"supported", "related"} else "not_covered"), None


def is_quotation(claim: str, sentences: str) -> bool:
    """Return whether a claim is the beginning of what sentences say, or all of it, word by word, list marks aside."""
    said, printed = (fold_without_whitespace(NUMBERING.sub("", text)) for text in (claim, sentences))
    return printed.startswith(said.rstrip("。."))


def number_citations(checked: Sequence[CheckedStatement]) -> tuple[CheckedStatement, ...]:
    """Number the citations in the order of the statements, from 1."""
    numbered: list[CheckedStatement] = []
    n = 0
    for statement in checked:
        citations = tuple(replace(citation, n=n + k) for k, citation in enumerate(statement.citations, 1))
        n += len(citations)
        numbered.append(replace(statement, citations=citations))
    return tuple(numbered)
