"""A question -> an answer: from the structure of the reports where that tells for certain, else from what search found.

What search found is answered with one to three sentences quoted word for word, each proven, or an honest refusal.
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

# Of the cut for an answer, the most that a question can get about a year or a country that the corpus never names, or where
# a judge sees an answer and coverage next to nothing.
UNSAID = 0.8
UNTOUCHED = 0.1
TOUCHING = 2  # of what only touches the question
EVIDENCE_HITS = 5  # quotations come from these best passages
# An answer from the structure is wrong only where the report was read or the question was understood wrongly.
CERTAIN = 0.95


@dataclass(frozen=True, slots=True)
class Thresholds:
    """From which confidence on a question counts as answered, and from which coverage on as touched."""

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
        # What a sentence of the report says in English, for those who ask in it.
        readings = searcher.views.readings("en")
        self.readings = {searcher.sentences[row].text: text for row, text in readings.items()}

    def ask(self, question: str, top: int = 10, scope: Scope | None = None) -> Answer:
        """Answer any text; one with nothing to search for is told so. `top` passages come with the answer."""
        began = time.perf_counter()
        asked = strip_invisible(question)
        language = language_of(question)
        if not any(character.isalnum() for character in asked):
            text = load_phrases(language)("passages.empty")
            return Answer(question, "not_covered", 0.0, text, (), (), self.index, milliseconds_since(began), scope=scope)
        within = self.guide.passages_within(scope) if self.guide and scope else None
        found = self.searcher.search(asked, max(top, EVIDENCE_HITS), within)
        told = self.guide.tell(asked, scope) if self.guide else None
        if self.guide and told and told.finding:
            answer = self._from_structure(question, told, told.finding, found, top, language)
        else:
            answer = self._from_passages(question, asked, found, top, language)
        if self.guide and scope:
            within_words = load_phrases(language)("passages.scope", scope=self.guide.describe(scope))
            answer = replace(answer, text=f"{within_words}\n{answer.text}", scope=scope)
        return replace(answer, why=told.why if told else "", elapsed_ms=milliseconds_since(began))

    def _from_structure(
        self,
        question: str,
        told: StructuredAnswer,
        finding: StructuredResult,
        found: SearchResult,
        top: int,
        language: Language,
    ) -> Answer:
        """The answer that the structure tells; the passages that it quotes are the first hits."""
        text = render_structured_answer(finding, told.quotes, self.sessions, language)
        citations = tuple(
            replace(quote.citation, reading=self._reading(quote.citation.quote, language)) for quote in told.quotes
        )
        best = found.hits[0].score if found.hits else 0.0
        first = [(passage, best + len(told.passages) - n) for n, passage in enumerate(told.passages)]
        others = [(hit.passage, hit.score) for hit in found.hits if hit.passage not in told.passages]
        hits = tuple(Hit(passage, rank, score) for rank, (passage, score) in enumerate([*first, *others][:top], 1))
        road = f"structure: {finding.rule}"
        return Answer(question, "answered", CERTAIN, text, citations, hits, self.index, 0.0, road)

    def _reading(self, quote: str, language: Language) -> str | None:
        """A Chinese quotation in English, if the question is, where each line of it has a reading."""
        foreign = language == "en" and CJK.search(quote)
        lines = [self.readings.get(line) for line in quote.split("\n")] if foreign else [None]
        return "; ".join(filter(None, lines)) if all(lines) else None

    def _from_passages(self, question: str, asked: str, found: SearchResult, top: int, language: Language) -> Answer:
        """The answer that the best sentences of the passages tell, or the refusal."""
        covered = self.calibration.confidence(asked, found) if found.hits else 0.0
        confidence = self._confidence(asked, found, covered)
        # The report does not say what happened in a year or a country that it never names, nor anything of a form that does
        # not stand in what was found: a sum, a year, an age.
        nearest = "\n".join(hit.passage.text for hit in found.hits[:QUOTATIONS])
        unsaid = self._never_said(asked) or covered < UNTOUCHED or lacks_expected_type(asked, nearest)
        confidence = round(min(confidence, UNSAID * self.cuts.answered) if unsaid else confidence, 4)
        verdict: Verdict = "answered" if confidence >= self.cuts.answered else "not_covered"
        # The judge tells what is answered from what is only touched, the calibration what is touched at all.
        if verdict != "answered" and covered >= self.cuts.related:
            verdict = "related"
        most = QUOTATIONS if verdict == "answered" else TOUCHING
        citations = self._cite(found, language)[:most] if verdict != "not_covered" else ()
        if not citations:
            verdict = "not_covered"
        hits = found.hits[:top]
        text = render_answer(verdict, citations, found.hits, load_phrases(language))
        return Answer(question, verdict, confidence, text, citations, hits, self.index, 0.0)

    def _never_said(self, question: str) -> tuple[str, ...]:
        """The years and countries that a question names and the reports never do."""
        return (*missing_years(question, self.searcher.store.contains_word), *self.countries.missing(question))

    def _confidence(self, question: str, found: SearchResult, covered: float) -> float:
        """The probability that the best passage answers: by the judge where it was trained on the report, else by coverage.

        Both are compared with the same cut, so coverage is moved from its own cut to the judge's.
        """
        if self.judge and found.candidates and found.hits[0].passage.report in self.judge.reports:
            signals = extract_features(question, found, self.searcher.store.contains_word)
            return self.judge.probability(signals, covered) if signals else 0.0
        return float(np.interp(covered, (0.0, ANSWERED, 1.0), (0.0, self.cuts.answered, 1.0)))

    def with_confidence(self, answer: Answer, confidence: float) -> Answer:
        """An answer with another confidence; one that this is too little for is only related."""
        confidence = round(confidence, 4)
        if answer.verdict != "answered" or confidence >= self.cuts.answered:
            return replace(answer, confidence=confidence)
        text = render_answer("related", answer.citations, answer.hits, load_phrases(language_of(answer.question)))
        return replace(answer, confidence=confidence, verdict="related", text=text)

    def _cite(self, found: SearchResult, language: Language) -> tuple[Citation, ...]:
        allowed = {hit.passage.id for hit in found.hits[:EVIDENCE_HITS]}
        proven = (each for each in found.evidence if each.passage.id in allowed and is_quotation(each))
        return tuple(
            Citation(
                n,
                each.sentence.text,
                each.passage.id,
                each.sentence.section,
                each.sentence.pages,
                self.speaker_of(each.sentence.section),
                self._reading(each.sentence.text, language),
            )
            for n, each in enumerate(drop_near_duplicates(proven), 1)
        )


def milliseconds_since(began: float) -> float:
    """Milliseconds since `began`."""
    return round((time.perf_counter() - began) * 1000, 2)
