"""The sessions, people and lines of one generation: tells what can be told from them, and where a scope lies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from index.arrays import Ids
from index.lookup.directory import Directory
from index.lookup.scopes import describe_scope, passages_within, sessions_within
from index.models import Citation, Passage, PersonEntry, Scope, SectionPath, Sentence
from index.reports.sessions import participants, person_key
from index.structured_qa.parsed_question import ParsedQuestion, Participation
from index.structured_qa.question_parser import QuestionParser, QuestionSpan
from index.structured_qa.rules import StructuredResult, apply_rules
from index.structured_qa.source_lines import SourceLines, SourceQuote
from index.text.normalization import quotation_key


@dataclass(frozen=True, slots=True)
class StructuredAnswer:
    """What the structure tells, with its quotations and the passages that they are from; or why it tells nothing."""

    why: str
    finding: StructuredResult | None = None
    quotes: tuple[SourceQuote, ...] = ()
    passages: tuple[Passage, ...] = ()


class StructuredAnswerer:
    """Knows the sessions and people of one generation. Immutable; threads may share one."""

    def __init__(
        self, directory: Directory, titles: Mapping[str, str], passages: Sequence[Passage], sentences: Sequence[Sentence]
    ) -> None:
        """`titles` are those of the reports, by their names."""
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
        """The numbers of the passages in a scope; None for an empty scope."""
        return passages_within(scope, self.directory, self.passages, self.sentences)

    def describe(self, scope: Scope) -> str:
        """A scope in words of the report."""
        return describe_scope(scope, self.directory, self.titles)

    def passage(self, id: str) -> Passage | None:  # noqa: A002 - it is one
        """The passage of an id."""
        return self._passages.get(id)

    def mentions(self, entry: PersonEntry) -> tuple[Citation, ...]:
        """The lines that name somebody in their sessions, each once, in the report's order."""
        name, attended = person_key(entry[0].name), {seen.session for seen in entry[1]}
        taken = tuple(
            Participation(session, person, capacity)
            for session in self.directory.sessions
            for person, capacity in (participants(session) if session.id in attended else ())
            if person_key(person.name) == name
        )
        return tuple(quote.citation for quote in self.lines.quote(StructuredResult("mentions", taken)))

    def tell(self, question: str, scope: Scope | None = None) -> StructuredAnswer:
        """What the structure tells for certain and can quote, within a scope."""
        pieces, rest = self.phrasebook.read(question)
        if rest:
            return StructuredAnswer(f"not explained: {', '.join(rest)}")
        understood = "; ".join(describe_span(piece) for piece in pieces if piece.tag not in ("fill", "at"))
        sessions = sessions_within(scope, self.directory) if scope else self.directory.sessions
        scoped = bool(scope and scope.stands_for_sessions)
        finding = apply_rules(ParsedQuestion(pieces, self.directory, sessions, scoped))
        if finding is None:
            return StructuredAnswer(f"no rule for: {understood}")
        quotes = self.lines.quote(finding)
        citations = tuple(quote.citation for quote in quotes)
        passages = tuple(dict.fromkeys(self._passages[citation.passage_id] for citation in citations))
        if not citations or any(
            quotation_key(c.quote) not in quotation_key(self._passages[c.passage_id].text) for c in citations
        ):
            return StructuredAnswer(f"cannot be quoted: {finding.rule}")
        return StructuredAnswer(understood, finding, quotes, passages)


def describe_span(piece: QuestionSpan) -> str:
    """A piece as an explanation shows it."""
    meaning = f" = {', '.join(sorted(piece.means))}" if piece.means else ""
    return f"{piece.tag} {piece.text!r}{meaning}"
