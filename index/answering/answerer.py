"""Answer a question from the sessions and people of the reports, or else with quotations from the passages of a search.

An answer from passages quotes one to three verified sentences word for word, or states that the reports do not cover it. A
reader decides whether and which words of them answer; without one, coverage alone decides.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, get_args

from index.answering.answerability import AnswerabilityModel, make_features
from index.answering.citations import (
    QUOTATIONS,
    Quotation,
    complete_list,
    drop_near_duplicates,
    is_near_duplicate,
    is_verbatim,
    quote_clauses,
    quote_rows,
    quote_sentence,
    quote_span,
    quote_spans,
)
from index.answering.coverage import ANSWERED, RELATED, CoverageModel
from index.answering.question_constraints import (
    MentionedCountries,
    asks_one_fact,
    asks_opinion,
    asks_several,
    country_pattern,
    find_names,
    lacks_names,
    missing_years,
    parts_about,
    questions_by_country,
    required_names,
)
from index.answering.rendering import load_phrases, render_answer, render_source, render_structured_answer
from index.answering.summaries import Summarizer, Summary
from index.answering.windows import SentenceWindow, select_windows
from index.lookup.directory import Directory
from index.models import SMALL_TALK, Answer, Citation, Hit, Passage, ReportInfo, Scope, SectionPath, Verdict
from index.reading.reader import Reader, Reading, Span
from index.retrieval.searcher import ScoredSentence, Searcher, SearchResult
from index.structured_qa.question_suggester import LONGEST, QuestionSuggester
from index.structured_qa.request_classifier import SURE_TALK, Request, RequestClassifier
from index.text.aliases import replace_aliases
from index.text.clauses import WHOLE, count_columns
from index.text.localization import CJK, Language, language_of
from index.text.normalization import fold_text
from index.text.small_talk import Kind as Talk
from index.text.small_talk import extract_question, small_talk_kind

if TYPE_CHECKING:
    from index.arrays import Ids
    from index.structured_qa.rules import StructuredResult
    from index.structured_qa.structured_answerer import StructuredAnswer, StructuredAnswerer
    from index.structured_qa.summary_request import SummaryRequest

# Cap of the confidence, as a share of the answer threshold, if the corpus never names a year or country of the question.
UNMET_CONSTRAINT = 0.8
REPHRASINGS, SIMILAR_QUESTION = 3, 0.72  # reviewed questions that are tried, and their lowest similarity to one refused
RELATED_QUOTATIONS = 2  # quotations of a verdict "related"
EVIDENCE_HITS = 5  # quotations come from these best passages
# Windows that are read first, and the probability from which they answer so surely that no others are read.
FIRST_WINDOWS, SURE = 1, 0.8
CLEAR = 0.7  # probability from which an answer to a question for one fact stands alone
# A span of an answering window is shown as the answer in short from this score on; of those below, two in three are wrong.
LEAD_SCORE = -6.0
# A question has a short answer if its best span has this score or more.
SHORT_ANSWER = 0.0
# A structured answer is wrong only if the report was parsed or the question was understood wrongly.
STRUCTURED_CONFIDENCE = 0.95


@dataclass(frozen=True, slots=True)
class Thresholds:
    """The lowest confidence of an answered question, and the lowest coverage of a related one, each 0 to 1."""

    answered: float = ANSWERED
    related: float = RELATED


SpeakerOf = Callable[[SectionPath], str | None]


@dataclass(frozen=True, slots=True)
class ReadWindow:
    """A window with what the reader makes of it, and the probability that it answers, 0 to 1."""

    window: SentenceWindow
    reading: Reading
    probability: float


class Answerer:
    """Answers questions from one generation of the index."""

    def __init__(
        self,
        searcher: Searcher,
        calibration: CoverageModel,
        speaker_of: SpeakerOf,
        index: str,
        guide: StructuredAnswerer | None = None,
        reader: Reader | None = None,
        cuts: Thresholds = Thresholds(),
        unread: Collection[str] = (),
        weights: Mapping[str, Sequence[float]] | None = None,
        sources: Sequence[ReportInfo] = (),
        classifier: RequestClassifier | None = None,
    ) -> None:
        """Create an answerer.

        :param unread: names of the reports in languages that the reader does not know.
        :param weights: weights of the features of answerability by report, for those that have their own.
        :param sources: the reports.
        :param classifier: tells what a message asks for where no rule does; it must be of the encoder.
        """
        self.searcher, self.calibration, self.speaker_of, self.index = searcher, calibration, speaker_of, index
        self.guide, self.reader, self.unread, self.sources, self.classifier = guide, reader, unread, sources, classifier
        self.aliases = {alias: name for source in sources for alias, name in source.aliases}
        self.answerability = AnswerabilityModel.of(getattr(reader, "trained", {}), weights) if reader else None
        self.cuts = cuts
        self.sessions = {session.id: session for session in guide.directory.sessions} if guide else {}
        self.countries = MentionedCountries(searcher.passages)
        # English translations of sentences, by the text of the sentence.
        readings = searcher.expansion_scorer.readings("en")
        self.readings = {searcher.sentences[row].text: text for row, text in readings.items()}

    @cached_property
    def summarizer(self) -> Summarizer:
        """Chooses sentences that sum up reports, sessions and speeches."""
        directory = self.guide.directory if self.guide else Directory(())
        return Summarizer(self.searcher.passages, self.searcher.sentences, self.searcher.store, directory)

    @cached_property
    def suggester(self) -> QuestionSuggester:
        """Suggests questions that the summarizer answers."""
        return QuestionSuggester(self.summarizer.directory, self._can_sum_up)

    def rephrase(self, question: str, language: Language) -> str | None:
        """Return the reviewed question in a language that is most similar to one that was refused, if it is answered."""
        for text, similarity in self.searcher.similar_questions(extract_question(question), REPHRASINGS):
            if similarity < SIMILAR_QUESTION:
                return None
            if len(text) <= LONGEST and language_of(text) == language and self.ask(text).verdict == "answered":
                return text
        return None

    def _can_sum_up(self, question: str) -> bool:
        request = self.guide.summary_request(question) if self.guide else None
        if not request or not self.guide:
            return False
        summary = self.summarizer.summarize(request, tuple(self.guide.titles))
        return bool(summary.rows) and not summary.of_panel

    def ask(self, question: str, top: int = 10, scope: Scope | None = None) -> Answer:
        """Answer a question of any text.

        A text without letters or digits gets an explanation instead of an answer, and small talk a friendly word.

        :param top: number of passages that come with the answer.
        :param scope: the part of the reports to answer from; None for all.
        """
        start = time.perf_counter()
        query = replace_aliases(extract_question(question), self.aliases)
        language = language_of(question)
        if not any(character.isalnum() for character in query):
            text = load_phrases(language)("passages.empty")
            return Answer(question, "not_covered", 0.0, text, (), (), self.index, milliseconds_since(start), scope=scope)
        if kind := small_talk_kind(question):
            return replace(self._reply(question, kind, language), elapsed_ms=milliseconds_since(start))
        if self.guide and not scope and (chapter := self.guide.chapter(query)):
            scope, query = Scope(section=chapter[0]), chapter[1]
        encoded = self.searcher.encoder.queries([query])[0] if self.classifier else None
        request = self.classifier.classify(query, encoded.vector) if self.classifier and encoded else "question"
        within = self.guide.passages_within(scope) if self.guide and scope else None
        result = self.searcher.search(query, max(top, EVIDENCE_HITS), within, encoded=encoded)
        structured = self.guide.tell(query, scope) if self.guide else None
        if self.guide and structured and structured.finding:
            answer = self._answer_from_structure(question, structured, structured.finding, result, top, language)
        elif summary := self._answer_from_summary(
            question, self._summary_request(query, request, scope, result), result, top, scope, within, language
        ):
            answer = summary
        elif request in get_args(Talk) and not (self.guide and self.guide.names_something(query)):
            return replace(self._reply(question, request, language), elapsed_ms=milliseconds_since(start))
        else:
            answer = self._answer_from_passages(question, query, result, top, language, within)
        if self.guide and scope:
            scope_line = load_phrases(language)("passages.scope", scope=self.guide.describe(scope))
            answer = replace(answer, text=f"{scope_line}\n{answer.text}", scope=scope)
        return replace(answer, why=structured.why if structured else "", elapsed_ms=milliseconds_since(start))

    def is_thanks(self, message: str) -> bool:
        """Return whether a message surely thanks or praises. Other small talk, such as "really?", may be a follow-up."""
        if not self.classifier:
            return False
        encoded = self.searcher.encoder.queries([message])[0]
        return self.classifier.probabilities(message, encoded.vector)["thanks"] >= SURE_TALK

    def _reply(self, question: str, kind: Request, language: Language) -> Answer:
        """Reply to small talk of a kind."""
        text = load_phrases(language)(f"chat.{kind}")
        return Answer(question, "not_covered", 0.0, text, (), (), self.index, 0.0, SMALL_TALK)

    def _answer_from_structure(
        self,
        question: str,
        structured: StructuredAnswer,
        finding: StructuredResult,
        result: SearchResult,
        top: int,
        language: Language,
    ) -> Answer:
        """Render a structured answer."""
        text = render_structured_answer(finding, structured.quotes, self.sessions, language)
        citations = tuple(
            replace(quote.citation, reading=self._translate(quote.citation.quote.split("\n"), language))
            for quote in structured.quotes
        )
        hits = rank_quoted(structured.passages, result, top)
        road = f"structure: {finding.rule}"
        return Answer(question, "answered", STRUCTURED_CONFIDENCE, text, citations, hits, self.index, 0.0, road)

    def _summary_request(
        self, query: str, kind: Request, scope: Scope | None, result: SearchResult
    ) -> SummaryRequest | None:
        """Return what a question asks to sum up, by the rules or else by its kind; None if it asks anything else."""
        request = self.guide.summary_request(query, scope) if self.guide else None
        if request or not self.guide or kind == "question":
            return request
        is_covered = bool(result.evidence) and self.calibration.confidence(query, result) >= self.cuts.answered
        request = self.guide.resolve_request(kind, query, result.evidence[0].sentence if is_covered else None, scope)
        # A guess must not pass what others said for the words of the person that is named.
        if request and request.kind == "speech" and self.summarizer.speech(request.person).of_panel:
            return None
        found = [" ".join((*each.sentence.place, each.sentence.text)) for each in result.evidence]
        return None if lacks_names(required_names(query), found) else request

    def _answer_from_summary(
        self,
        question: str,
        request: SummaryRequest | None,
        result: SearchResult,
        top: int,
        scope: Scope | None,
        within: Ids | None,
        language: Language,
    ) -> Answer | None:
        """Answer a request for a summary; None if there is none, or no text to sum up."""
        if not request or not self.guide:
            return None
        words = load_phrases(language)
        if request.kind == "meta":
            text = "\n".join(render_source(source, self.searcher.passages, words) for source in self.sources)
            return Answer(question, "not_covered", 0.0, text, (), (), self.index, 0.0, SMALL_TALK) if text else None
        part = within if scope and scope != Scope(reports=scope.reports) else None
        if request.kind == "place":
            summary = Summary((result.evidence[0].row,))
        else:
            summary = self.summarizer.summarize(request, (scope and scope.reports) or tuple(self.guide.titles), part)
        quotations: list[Quotation] = []
        for quotation in (quote_sentence(row, self.searcher) for row in summary.rows):
            if quotations and set(quotations[-1].rows) <= set(quotation.rows):
                quotations.pop()  # it stands in the next one, which leans on it
            quotations.append(quotation)
        if summary.span:
            quotations = [quote_span(summary.rows[0], summary.span, self.searcher)]
        citations = self._cite(quotations, language)
        if not citations:
            return None
        section = request.section or (scope.section if scope else ()) or ()
        titles = [session.title for session in request.sessions] or list(section[-1:])
        title = words("passages.between").join(titles)
        is_chapter = bool(scope and scope.section) and request.kind == "overview"
        key = "panel" if summary.of_panel else "session" if is_chapter else request.kind
        lead = quotations[0].lead
        headline = lead or words(f"summary.{key}", title=title, name=request.person)
        quoted = dict.fromkeys(self.searcher.passages[self.searcher.sentences[row].passage] for row in summary.rows)
        hits = rank_quoted(tuple(quoted), result, top)
        text = render_answer("answered", citations, hits, words, headline)
        road = f"structure: {request.kind}"
        return Answer(question, "answered", STRUCTURED_CONFIDENCE, text, citations, hits, self.index, 0.0, road, lead=lead)

    def _translate(self, lines: Sequence[str], language: Language) -> str | None:
        """Return the English reading of Chinese lines for an English question, or None if a line has no reading."""
        needs_reading = language == "en" and any(map(CJK.search, lines))
        readings = [self.readings.get(line) for line in lines] if needs_reading else [None]
        return "; ".join(filter(None, readings)) if all(readings) else None

    def _answer_from_passages(
        self, question: str, query: str, result: SearchResult, top: int, language: Language, within: Ids | None
    ) -> Answer:
        """Render an answer from the best sentences of the passages, or a refusal."""
        coverage = self.calibration.confidence(query, result) if result.hits else 0.0
        read = self._read(query, result, coverage)
        confidence = read[0].probability if read else coverage
        absent = self._absent_names(query)
        answering = [each.window.window.text for each in self._answering(read)]
        # A report does not answer about a year or a country that it never names, nor what the bot thinks.
        if absent or asks_opinion(query) or lacks_names(required_names(query), answering):
            confidence = min(confidence, UNMET_CONSTRAINT * self.cuts.answered)
        confidence = round(confidence, 4)
        verdict: Verdict = "answered" if confidence >= self.cuts.answered else "not_covered"
        # The reader separates answered from related questions, coverage related ones from those not covered.
        if verdict != "answered" and coverage >= self.cuts.related:
            verdict = "related"
        quotations = self._quotations(query, result, read, verdict) if verdict != "not_covered" else []
        compared = self._compare_countries(query, within) if verdict == "answered" else []
        citations = self._cite(compared or quotations, language)
        if not citations:
            verdict = "not_covered"
        lead = quotations[0].lead if verdict == "answered" and not compared else None
        text = render_answer(verdict, citations, result.hits, load_phrases(language), lead, absent)
        hits = result.hits[:top]
        return Answer(question, verdict, confidence, text, citations, hits, self.index, 0.0, lead=lead, absent=absent)

    def _read(self, question: str, result: SearchResult, coverage: float) -> list[ReadWindow]:
        """Read the best windows of a search, the most probable answer first; none without a reader.

        If the first windows surely answer, the others are not read.
        """
        if not self.reader or not self.answerability or not result.hits or result.hits[0].passage.report in self.unread:
            return []
        windows = select_windows(evidence_of(result), self.searcher.sentences)
        read: list[ReadWindow] = []
        for part in (windows[:FIRST_WINDOWS], windows[FIRST_WINDOWS:]):
            if part and all(each.probability < SURE for each in read):
                readings = self.reader.read(question, [each.window for each in part])
                for each, reading in zip(part, readings, strict=True):
                    features = make_features(question, each, reading, coverage)
                    report = self.searcher.passages[self.searcher.sentences[each.best].passage].report
                    probability = self.answerability.probability(features, report, is_ideographic=each.is_ideographic)
                    read.append(ReadWindow(each, reading, probability))
        return sorted(read, key=lambda each: -each.probability)

    def _answering(self, read: Sequence[ReadWindow]) -> list[ReadWindow]:
        """Return the windows that answer, and the best one in any case."""
        return [each for n, each in enumerate(read) if not n or each.probability >= self.cuts.answered]

    def _quotations(self, query: str, result: SearchResult, read: Sequence[ReadWindow], verdict: Verdict) -> list[Quotation]:
        """Choose what to quote: what the reader finds to answer, or else the best sentences of the search."""
        if not read:
            limit = QUOTATIONS if verdict == "answered" else RELATED_QUOTATIONS
            return [Quotation(each.row, each.sentence.text, (each.row,)) for each in best_sentences(result)[:limit]]
        if verdict != "answered":
            chosen = [quote_sentence(each.window.best, self.searcher) for each in read[:RELATED_QUOTATIONS]]
        else:
            is_one = asks_one_fact(query) and read[0].probability >= CLEAR
            answering = read[:1] if is_one else self._answering(read)
            chosen = [self._quote_answer(each) for each in answering]
            if asks_several(query):
                chosen = [complete_list(each, self.searcher) for each in chosen]
            spans = read[0].reading.spans
            if not is_one and (not spans or spans[0].score < SHORT_ANSWER):
                # Reasons and lists stand in several sentences, which search finds better.
                chosen += [quote_sentence(each.row, self.searcher) for each in best_sentences(result)]
        quotations: list[Quotation] = []
        for each in chosen:
            passage = self.searcher.passages[self.searcher.sentences[each.row].passage]
            is_new = each.row not in {row for other in quotations for row in other.rows}
            if is_new and is_verbatim(each.text, passage) and not is_near_duplicate(each.text, [q.text for q in quotations]):
                quotations.append(each)
        return quotations[:QUOTATIONS]

    def _compare_countries(self, query: str, within: Ids | None) -> list[Quotation]:
        """Quote the best sentence about each country of a question; empty if it names fewer than two, or one has none."""
        questions = questions_by_country(query)
        quotations: list[Quotation] = []
        for country, question in questions.items():
            names = country_pattern(country)
            if any(names.search(fold_text(quotation.text)) for quotation in quotations):
                continue
            evidence = self.searcher.search(question, EVIDENCE_HITS, within).evidence
            about = (each for each in evidence if names.search(fold_text(each.sentence.text)))
            row = next((each.row for each in about if self.summarizer.is_running_text(each.sentence)), None)
            if row is None:
                return []
            spans = parts_about(self.searcher.sentences[row].text, map(country_pattern, questions))
            quotations.append(quote_spans(row, spans, self.searcher))
        return quotations[:QUOTATIONS]

    def _quote_answer(self, read: ReadWindow) -> Quotation:
        """Quote the sentence of a window that holds the best span, or without a good one the one that search found."""
        window = read.window
        for span in read.reading.spans:
            row = window.sentence_at(span.start)
            if self.searcher.sentences[row].quotable and span.score >= LEAD_SCORE:
                return quote_span(row, shifted(span, -window.start_of(row)), self.searcher)
        sentence = self.searcher.sentences[window.best].text
        within = (shifted(span, -window.start_of(window.best)) for span in read.reading.spans)
        held = next(((start, end) for start, end in within if 0 <= start < end <= len(sentence)), None)
        if held and count_columns(sentence) > WHOLE:
            return quote_clauses(window.best, held, self.searcher)
        return quote_sentence(window.best, self.searcher)

    def _absent_names(self, question: str) -> tuple[str, ...]:
        """Return the years and countries that a question names and the reports do not, as the question has them."""
        years = missing_years(question, self.searcher.store.contains_word)
        return (*years, *find_names(question, self.countries.missing(question)))

    def with_confidence(self, answer: Answer, confidence: float) -> Answer:
        """Return an answer with another confidence.

        An answered question becomes related if the confidence is below the threshold.

        :param confidence: 0 to 1.
        """
        confidence = round(confidence, 4)
        if answer.verdict != "answered" or confidence >= self.cuts.answered:
            return replace(answer, confidence=confidence)
        words = load_phrases(language_of(answer.question))
        text = render_answer("related", answer.citations, answer.hits, words, absent=answer.absent)
        return replace(answer, confidence=confidence, verdict="related", text=text, lead=None)

    def cite_rows(self, groups: Iterable[tuple[tuple[int, ...], str]], language: Language) -> tuple[Citation, ...]:
        """Cite groups of consecutive sentences, numbered from 1, each with the words in it to mark; empty for none."""
        quotations = []
        for rows, words in groups:
            quotation = quote_rows(rows, self.searcher)
            start = quotation.text.find(words) if words else -1
            quotations.append(replace(quotation, spans=((start, start + len(words)),) if start >= 0 else ()))
        return self._cite(quotations, language)

    def _cite(self, quotations: Sequence[Quotation], language: Language) -> tuple[Citation, ...]:
        """Number quotations and add where they stand."""
        citations = []
        for n, quotation in enumerate(quotations, 1):
            sentence, first = self.searcher.sentences[quotation.row], self.searcher.sentences[quotation.rows[0]]
            citations.append(
                Citation(
                    n,
                    quotation.text,
                    self.searcher.passages[sentence.passage].id,
                    sentence.place,
                    (first.pages[0], sentence.pages[1]),
                    self.speaker_of(sentence.section),
                    self._translate([self.searcher.sentences[row].text for row in quotation.rows], language),
                    quotation.spans,
                )
            )
        return tuple(citations)


def rank_quoted(quoted: Sequence[Passage], result: SearchResult, top: int) -> tuple[Hit, ...]:
    """Return the passages that an answer quotes, and after them the hits of the search, up to `top`."""
    best = result.hits[0].score if result.hits else 0.0
    scored = [(passage, best + len(quoted) - n) for n, passage in enumerate(quoted)]
    searched = [(hit.passage, hit.score) for hit in result.hits if hit.passage not in quoted]
    return tuple(Hit(passage, rank, score) for rank, (passage, score) in enumerate([*scored, *searched][:top], 1))


def evidence_of(result: SearchResult) -> list[ScoredSentence]:
    """Return the sentences of the best passages of a search, best first."""
    allowed = {hit.passage.id for hit in result.hits[:EVIDENCE_HITS]}
    return [scored for scored in result.evidence if scored.passage.id in allowed]


def best_sentences(result: SearchResult) -> list[ScoredSentence]:
    """Return the sentences of a search to quote, best first."""
    return drop_near_duplicates(each for each in evidence_of(result) if is_verbatim(each.sentence.text, each.passage))


def shifted(span: Span, offset: int) -> tuple[int, int]:
    """Return the offsets of a span, moved."""
    return span.start + offset, span.end + offset


def milliseconds_since(start: float) -> float:
    """Return the milliseconds since a reading of `time.perf_counter`."""
    return round((time.perf_counter() - start) * 1000, 2)
