"""Summarize a session by its most central sentences: those nearest to the mean embedding of all its sentences."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from index.models import Citation, Passage, SectionPath, Sentence, Session, is_of_report, starts_with
from index.retrieval.candidate_retriever import CandidateRetriever

SENTENCES = 3
MIN_LENGTH = 20  # characters; a shorter sentence says too little on its own
# Running text ends with a full stop or the like; list entries do not.
SENTENCE_END = re.compile(r"[。！？.!?][」』）)”\"]*$")


def summarize_session(
    session: Session, passages: Sequence[Passage], sentences: Sequence[Sentence], store: CandidateRetriever
) -> tuple[Citation, ...]:
    """Return up to `SENTENCES` sentences of a session as citations, in the order of the report.

    They come from different subsections if the session has several.

    :return: empty if the session has no running text.
    """
    rows = [
        row for row, sentence in enumerate(sentences) if is_summary_sentence(session, sentence, passages[sentence.passage])
    ]
    if not rows:
        return ()
    vectors = store.vectors(np.array(rows, np.int64))
    centrality = vectors @ vectors.mean(axis=0)
    ranked = [rows[at] for at in np.argsort(-centrality, kind="stable").tolist()]
    chosen = [
        sentences[row]
        for row in sorted(interleave_groups(ranked, [top_subsection(session, sentences[row]) for row in ranked])[:SENTENCES])
    ]
    return tuple(
        Citation(n, sentence.text, passages[sentence.passage].id, sentence.section, sentence.pages)
        for n, sentence in enumerate(chosen, 1)
    )


def top_subsection(session: Session, sentence: Sentence) -> SectionPath:
    """Return the section of a sentence, cut to one level below the session's."""
    return sentence.section[: len(session.section) + 1]


def interleave_groups(ranked: Sequence[int], groups: Sequence[SectionPath]) -> list[int]:
    """Reorder ranked rows so that the best of each group come before the second best of any group.

    :param ranked: rows, best first.
    :param groups: the group of each row.
    """
    group_ranks = [groups[:rank].count(group) for rank, group in enumerate(groups)]
    return [row for _, _, row in sorted(zip(group_ranks, range(len(ranked)), ranked, strict=True))]


def is_summary_sentence(session: Session, sentence: Sentence, passage: Passage) -> bool:
    """Return whether a sentence is quotable running text of a session."""
    return (
        sentence.quotable
        and starts_with(sentence.section, session.section)
        and is_of_report(session, passage.report)
        and len(sentence.text) >= MIN_LENGTH
        and SENTENCE_END.search(sentence.text) is not None
        and sentence.text in passage.text
    )
