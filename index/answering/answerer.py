"""Answer a question from the sessions and people of the reports, or else with quotations from the passages of a search.

An answer from passages quotes one to three verified sentences word for word, or states that the reports do not cover it.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from index.answering.answerability import AnswerabilityClassifier
from index.answering.citations import QUOTATIONS, drop_near_duplicates, is_quotation
from index.answering.coverage import ANSWERED, RELATED, CoverageModel
from index.answering.features import extract_features
from index.answering.question_constraints import MentionedCountries, lacks_expected_type, missing_years
from index.answering.rendering import load_phrases, render_answer, render_structured_answer
from index.models import Answer, Citation, Hit, SectionPath, Verdict
from index.retrieval.searcher import Searcher, SearchResult
from index.text.localization import CJK, Language, language_of
from index.text.normalization import strip_invisible

if TYPE_CHECKING:
    from index.models import Scope
    from index.structured_qa.rules import StructuredResult
    from index.structured_qa.structured_answerer import StructuredAnswer, StructuredAnswerer

# Cap of the confidence, as a share of the answer threshold, if a constraint of the question fails: the corpus never names
# its year or country, the passages lack the expected type, or coverage is below MIN_COVERAGE whatever the classifier says.
UNMET_CONSTRAINT = 0.8
MIN_COVERAGE = 0.1
RELATED_QUOTATIONS = 2  # quotations of a verdict "related"
EVIDENCE_HITS = 5  # quotations come from these best passages
# A structured answer is wrong only if the report was parsed or the question was understood wrongly.
STRUCTURED_CONFIDENCE = 0.95


@dataclass(frozen=True, slots=True)
class Thresholds:
    """The lowest confidence of an answered question, and the lowest coverage of a related one, each 0 to 1."""

    answered: float = ANSWERED
    related: float = RELATED


SpeakerOf = Callable[[SectionPath], str | None]


class Answerer:
    """Answers questions from one generation of the index."""

    def __init__(
        self,
        searcher: Searcher,
        calibration: CoverageModel,
        speaker_of: SpeakerOf,
        index: str,
        guide: StructuredAnswerer | None = None,
        judge: AnswerabilityClassifier | None = None,
        cuts: Thresholds = Thresholds(),
    ) -> None:
        self.searcher, self.calibration, self.speaker_of, self.index = searcher, calibration, speaker_of, index
        self.guide, self.judge, self.cuts = guide, judge, cuts
        self.sessions = {session.id: session for session in guide.directory.sessions} if guide else {}
        self.countries = MentionedCountries(searcher.passages)
        # English translations of sentences, by the text of the sentence.
        readings = searcher.expansion_scorer.readings("en")
        self.readings = {searcher.sentences[row].text: text for row, text in readings.items()}

    def ask(self, question: str, top: int = 10, scope: Scope | None = None) -> Answer:
        """Answer a question of any text.

        A text without letters or digits gets an explanation instead of an answer.

        :param top: number of passages that come with the answer.
        :param scope: the part of the reports to answer from; None for all.
        """
        start = time.perf_counter()
        query = strip_invisible(question)
        language = language_of(question)
        if not any(character.isalnum() for character in query):
            text = load_phrases(language)("passages.empty")
            return Answer(question, "not_covered", 0.0, text, (), (), self.index, milliseconds_since(start), scope=scope)
        within = self.guide.passages_within(scope) if self.guide and scope else None
        result = self.searcher.search(query, max(top, EVIDENCE_HITS), within)
        structured = self.guide.tell(query, scope) if self.guide else None
        if self.guide and structured and structured.finding:
            answer = self._answer_from_structure(question, structured, structured.finding, result, top, language)
        else:
            answer = self._answer_from_passages(question, query, result, top, language)
        if self.guide and scope:
            scope_line = load_phrases(language)("passages.scope", scope=self.guide.describe(scope))
            answer = replace(answer, text=f"{scope_line}\n{answer.text}", scope=scope)
        return replace(answer, why=structured.why if structured else "", elapsed_ms=milliseconds_since(start))

    def _answer_from_structure(
        self,
        question: str,
        structured: StructuredAnswer,
        finding: StructuredResult,
        result: SearchResult,
        top: int,
        language: Language,
    ) -> Answer:
        """Render a structured answer; the passages that it quotes rank above the hits of the search."""
        text = render_structured_answer(finding, structured.quotes, self.sessions, language)
        citations = tuple(
            replace(quote.citation, reading=self._translate(quote.citation.quote, language)) for quote in structured.quotes
        )
        best = result.hits[0].score if result.hits else 0.0
        quoted = [(passage, best + len(structured.passages) - n) for n, passage in enumerate(structured.passages)]
        searched = [(hit.passage, hit.score) for hit in result.hits if hit.passage not in structured.passages]
        hits = tuple(Hit(passage, rank, score) for rank, (passage, score) in enumerate([*quoted, *searched][:top], 1))
        road = f"structure: {finding.rule}"
        return Answer(question, "answered", STRUCTURED_CONFIDENCE, text, citations, hits, self.index, 0.0, road)

    def _translate(self, quote: str, language: Language) -> str | None:
        """Return the English reading of a Chinese quotation for an English question, or None if a line has no reading."""
        needs_reading = language == "en" and CJK.search(quote)
        lines = [self.readings.get(line) for line in quote.split("\n")] if needs_reading else [None]
        return "; ".join(filter(None, lines)) if all(lines) else None

    def _answer_from_passages(self, question: str, query: str, result: SearchResult, top: int, language: Language) -> Answer:
        """Render an answer from the best sentences of the passages, or a refusal."""
        coverage = self.calibration.confidence(query, result) if result.hits else 0.0
        confidence = self._estimate_confidence(query, result, coverage)
        # A report does not answer about a year or a country that it never names, and passages do not answer without a value
        # of the type that the question expects: a sum, a year, an age.
        best_text = "\n".join(hit.passage.text for hit in result.hits[:QUOTATIONS])
        unmet = self._missing_names(query) or coverage < MIN_COVERAGE or lacks_expected_type(query, best_text)
        confidence = round(min(confidence, UNMET_CONSTRAINT * self.cuts.answered) if unmet else confidence, 4)
        verdict: Verdict = "answered" if confidence >= self.cuts.answered else "not_covered"
        # The classifier separates answered from related questions, coverage related ones from those not covered.
        if verdict != "answered" and coverage >= self.cuts.related:
            verdict = "related"
        limit = QUOTATIONS if verdict == "answered" else RELATED_QUOTATIONS
        citations = self._cite(result, language)[:limit] if verdict != "not_covered" else ()
        if not citations:
            verdict = "not_covered"
        hits = result.hits[:top]
        text = render_answer(verdict, citations, result.hits, load_phrases(language))
        return Answer(question, verdict, confidence, text, citations, hits, self.index, 0.0)

    def _missing_names(self, question: str) -> tuple[str, ...]:
        """Return the years and countries that a question names and the reports do not."""
        return (*missing_years(question, self.searcher.store.contains_word), *self.countries.missing(question))

    def _estimate_confidence(self, question: str, result: SearchResult, coverage: float) -> float:
        """Return the probability that the best passage answers.

        It comes from the classifier if that was trained on the report, else from coverage. Both are compared with the same
        threshold, so coverage is rescaled to map its own threshold to the classifier's.
        """
        if self.judge and result.candidates and result.hits[0].passage.report in self.judge.reports:
            features = extract_features(question, result, self.searcher.store.contains_word)
            return self.judge.probability(features, coverage) if features else 0.0
        return float(np.interp(coverage, (0.0, ANSWERED, 1.0), (0.0, self.cuts.answered, 1.0)))

    def with_confidence(self, answer: Answer, confidence: float) -> Answer:
        """Return an answer with another confidence.

        An answered question becomes related if the confidence is below the threshold.

        :param confidence: 0 to 1.
        """
        confidence = round(confidence, 4)
        if answer.verdict != "answered" or confidence >= self.cuts.answered:
            return replace(answer, confidence=confidence)
        text = render_answer("related", answer.citations, answer.hits, load_phrases(language_of(answer.question)))
        return replace(answer, confidence=confidence, verdict="related", text=text)

    def _cite(self, result: SearchResult, language: Language) -> tuple[Citation, ...]:
        allowed = {hit.passage.id for hit in result.hits[:EVIDENCE_HITS]}
        verified = (evidence for evidence in result.evidence if evidence.passage.id in allowed and is_quotation(evidence))
        return tuple(
            Citation(
                n,
                evidence.sentence.text,
                evidence.passage.id,
                evidence.sentence.section,
                evidence.sentence.pages,
                self.speaker_of(evidence.sentence.section),
                self._translate(evidence.sentence.text, language),
            )
            for n, evidence in enumerate(drop_near_duplicates(verified), 1)
        )


def milliseconds_since(start: float) -> float:
    """Return the milliseconds since a reading of `time.perf_counter`."""
    return round((time.perf_counter() - start) * 1000, 2)
