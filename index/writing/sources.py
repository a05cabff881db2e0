"""Choose the sentences that a language model is given for an answer: those that it quotes, then further ones."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from index.answering.answerer import Answerer, evidence_of
from index.answering.citations import is_near_duplicate
from index.models import Answer, Citation, Scope
from index.structured_qa.summary_request import Kind
from index.text.aliases import replace_aliases
from index.text.localization import language_of
from index.text.small_talk import extract_question
from index.writing.prompts import make_messages
from index.writing.written_head import SOURCES, WritingTask

STRUCTURE = "structure: "
OVERVIEWS: tuple[Kind, ...] = ("overview", "findings", "advice")  # of a whole report or of a part of one
SUMMARIES: tuple[Kind, ...] = (*OVERVIEWS, "session", "speech")
PASSAGES = 5  # further sentences come from these best passages of the search


def make_task(answer: Answer, answerer: Answerer) -> WritingTask | None:
    """Return what may be written for an answer.

    :return: None if it is a refusal, small talk, a look-up, or answers several questions.
    """
    kind = answer.road.removeprefix(STRUCTURE)
    if answer.verdict != "answered" or not answer.citations or not (answer.road == "passages" or kind in SUMMARIES):
        return None
    question = replace_aliases(extract_question(answer.understood or answer.question), answerer.aliases)
    language = language_of(answer.question)
    chosen = list(answer.citations)
    for citation in find_further(answer, question, answerer):
        texts = [each.quote for each in chosen]
        if (
            len(chosen) < SOURCES
            and not is_near_duplicate(citation.quote, texts)
            and all(citation.quote not in t for t in texts)
        ):
            chosen.append(citation)
    sources = tuple(replace(citation, n=n) for n, citation in enumerate(chosen[:SOURCES], 1))
    return WritingTask(question, language, sources, answer.index, make_messages(question, sources, language))


def find_further(answer: Answer, question: str, answerer: Answerer) -> Iterator[Citation]:
    """Yield further sentences, best first: of an overview the report's own findings and advice, else those of a search."""
    language, scope = language_of(answer.question), answer.scope
    kind = answer.road.removeprefix(STRUCTURE)
    if answer.road == "passages":
        within = answerer.guide.passages_within(scope) if answerer.guide and scope else None
        result = answerer.searcher.search(question, PASSAGES, within)
        rows = [each.row for each in evidence_of(result)]
    elif kind in OVERVIEWS and (not scope or scope == Scope(reports=scope.reports)):
        reports = dict.fromkeys(citation.report for citation in answer.citations)
        parts: tuple[Kind, ...] = ("findings", "advice", "overview")
        rows = [row for report in reports for part in parts for row in answerer.summarizer.report_rows(report, part)]
    else:
        rows = []
    yield from answerer.cite_rows((((row,), "") for row in dict.fromkeys(rows)), language)
