"""Answer questions from the sessions, people and source lines of one generation, and resolve scopes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from index.arrays import Ids
from index.lookup.directory import Directory
from index.lookup.scopes import describe_scope, passages_within, sessions_within
from index.models import Citation, Passage, PersonEntry, Scope, SectionPath, Sentence
from index.reports.sessions import participants, person_key
from index.structured_qa.chapter_reference import read_chapter
from index.structured_qa.parsed_question import ParsedQuestion, Participation
from index.structured_qa.question_parser import QuestionParser, QuestionSpan
from index.structured_qa.request_classifier import Request
from index.structured_qa.rules import StructuredResult, apply_rules
from index.structured_qa.source_lines import SourceLines, SourceQuote
from index.structured_qa.summary_request import (
    SummaryRequest,
    asking_phrases,
    read_summary_request,
    resolve_request,
)
from index.text.normalization import quotation_key


@dataclass(frozen=True, slots=True)
class StructuredAnswer:
    """A structured result with its proof, or the reason why there is none.

    :param why: how the question was understood, or why there is no answer.
    :param finding: the result; None if there is none.
    :param passages: the passages of the quotes.
    """

    why: str
    finding: StructuredResult | None = None
    quotes: tuple[SourceQuote, ...] = ()
    passages: tuple[Passage, ...] = ()


class StructuredAnswerer:
    """An answerer with the sessions and people of one generation. Immutable; threads may share one."""

    def __init__(
        self, directory: Directory, titles: Mapping[str, str], passages: Sequence[Passage], sentences: Sequence[Sentence]
    ) -> None:
        """Collect the phrases, lines and sections of the generation.

        :param titles: titles of the reports, by report name.
        """
        self.titles = titles
        self.directory, self.passages, self.sentences = directory, passages, sentences
        self.phrasebook = QuestionParser(directory, tuple(titles.values()), [passage.text for passage in passages])
        self.lines = SourceLines(passages, sentences, directory.sessions)
        self._passages = {passage.id: passage for passage in passages}
        paths = (sentence.section for sentence in sentences)
        self.sections: tuple[SectionPath, ...] = tuple(
            dict.fromkeys(path[:depth] for path in paths for depth in range(1, len(path) + 1))
        )

    def passages_within(self, scope: Scope) -> Ids | None:
        """Return the numbers of the passages in a scope, ascending; None for an empty scope."""
        return passages_within(scope, self.directory, self.passages, self.sentences)

    def describe(self, scope: Scope) -> str:
        """Return a scope in words of the report."""
        return describe_scope(scope, self.directory, self.titles)

    def passage(self, id: str) -> Passage | None:  # noqa: A002 - part of the public interface
        """Return the passage with an id, or None."""
        return self._passages.get(id)

    def mentions(self, entry: PersonEntry) -> tuple[Citation, ...]:
        """Return the lines that name a person in their sessions, each once, in the order of the report."""
        name, attended = person_key(entry[0].name), {appearance.session for appearance in entry[1]}
        participations = tuple(
            Participation(session, person, capacity)
            for session in self.directory.sessions
            for person, capacity in (participants(session) if session.id in attended else ())
            if person_key(person.name) == name
        )
        return tuple(quote.citation for quote in self.lines.quote(StructuredResult("mentions", participations)))

    def summary_request(self, question: str, scope: Scope | None = None) -> SummaryRequest | None:
        """Return what a question asks to sum up, or None."""
        parsed, rest = self._read_summary(question, scope)
        return None if rest else read_summary_request(parsed)

    def resolve_request(
        self, kind: Request, question: str, best: Sentence | None, scope: Scope | None = None
    ) -> SummaryRequest | None:
        """Return what a question of a known kind asks to sum up, or None; see `summary_request.resolve_request`."""
        parsed, rest = self._read_summary(question, scope)
        report = self.passages[best.passage].report if best else ""
        return resolve_request(kind, parsed, best, report=report, is_explained=not rest)

    def names_something(self, question: str) -> bool:
        """Return whether a question names a session, person, organisation, role or country of the reports."""
        return bool(self._read_summary(question, None)[0].names)

    def _read_summary(self, question: str, scope: Scope | None) -> tuple[ParsedQuestion, tuple[str, ...]]:
        pieces, rest = self.phrasebook.read(question, asking_phrases())
        is_within_sessions = bool(scope and (scope.session or scope.day))
        return self._parsed(pieces, scope, scoped=is_within_sessions), rest

    def chapter(self, question: str) -> tuple[SectionPath, str] | None:
        """Return the chapter that a question names by its number, and the question without it; None with several reports."""
        return read_chapter(question, self.sections) if len(self.titles) == 1 else None

    def _parsed(self, pieces: tuple[QuestionSpan, ...], scope: Scope | None, *, scoped: bool) -> ParsedQuestion:
        sessions = sessions_within(scope, self.directory) if scope else self.directory.sessions
        return ParsedQuestion(pieces, self.directory, sessions, scoped)

    def tell(self, question: str, scope: Scope | None = None) -> StructuredAnswer:
        """Answer a question within a scope if a rule explains all of it and source lines prove the result."""
        pieces, rest = self.phrasebook.read(question)
        if rest:
            return StructuredAnswer(f"not explained: {', '.join(rest)}")
        understood = "; ".join(describe_span(piece) for piece in pieces if piece.tag not in ("fill", "at"))
        result = apply_rules(self._parsed(pieces, scope, scoped=bool(scope and scope.stands_for_sessions)))
        if result is None:
            return StructuredAnswer(f"no rule for: {understood}")
        quotes = self.lines.quote(result)
        citations = tuple(quote.citation for quote in quotes)
        passages = tuple(dict.fromkeys(self._passages[citation.passage_id] for citation in citations))
        if not citations or any(
            quotation_key(c.quote) not in quotation_key(self._passages[c.passage_id].text) for c in citations
        ):
            return StructuredAnswer(f"cannot be quoted: {result.rule}")
        return StructuredAnswer(understood, result, quotes, passages)


def describe_span(piece: QuestionSpan) -> str:
    """Return a span as explanations show it."""
    meaning = f" = {', '.join(sorted(piece.means))}" if piece.means else ""
    return f"{piece.tag} {piece.text!r}{meaning}"
