"""Choose the sentences that the site shows in short: what a report says, and what each person said."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from index.answering.summaries import Summarizer
from index.lookup.directory import Directory
from index.models import is_of_report
from index.reports.corpus import Corpus
from index.retrieval.candidate_retriever import CandidateRetriever

Rows = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Digest:
    """Numbers of sentences in the corpus.

    `summaries` are those that sum up each report, by its name. `statements` are those that the report ascribes to somebody,
    by the report's and the person's name.
    """

    summaries: Mapping[str, Rows] = field(default_factory=dict)
    statements: Mapping[tuple[str, str], Rows] = field(default_factory=dict)


def read_digest(corpus: Corpus, vectors: CandidateRetriever) -> Digest:
    """Choose the sentences of all reports, as the answers to questions for a summary do.

    :param vectors: Of the sentences of the corpus.
    """
    summaries, statements = dict[str, Rows](), dict[tuple[str, str], Rows]()
    for source in corpus.sources:
        sessions = [session for session in corpus.sessions if is_of_report(session, source.report)]
        summarizer = Summarizer(corpus.passages, corpus.sentences, vectors, Directory(sessions))
        summaries[source.report] = tuple(summarizer.report_rows(source.report, "overview"))
        statements |= {(source.report, name): rows for name, rows in people_rows(summarizer)}
    return Digest(summaries, statements)


def people_rows(summarizer: Summarizer) -> Iterator[tuple[str, Rows]]:
    """Yield the names of those whom the report quotes, with the rows of what they said.

    Of a panel, the report tells who took part but not who said what.
    """
    for person, _ in summarizer.directory.people:
        speech = summarizer.speech(person.name)
        if speech.rows and not speech.of_panel:
            yield person.name, speech.rows
