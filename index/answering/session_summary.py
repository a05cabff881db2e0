"""A session in three sentences of the report: those nearest to the middle of all that it says there."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from index.models import Citation, Passage, SectionPath, Sentence, Session, is_of_report, starts_with
from index.retrieval.candidate_retriever import CandidateRetriever

SENTENCES = 3
LEAST = 20  # characters; what is shorter says too little by itself
# Running text, not an entry of a list: it ends as a sentence does.
ENDED = re.compile(r"[。！？.!?][」』）)”\"]*$")


def summarize_session(
    session: Session, passages: Sequence[Passage], sentences: Sequence[Sentence], store: CandidateRetriever
) -> tuple[Citation, ...]:
    """Up to three sentences of a session, in the report's order, from different parts of it where it has some.

    None where it holds no running text.
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
    """The section right below the session's that a sentence stands in."""
    return sentence.section[: len(session.section) + 1]


def interleave_groups(ranked: Sequence[int], groups: Sequence[SectionPath]) -> list[int]:
    """Ranked rows again, so that the best of each group come before the second best of any."""
    before = [groups[:place].count(group) for place, group in enumerate(groups)]
    return [row for _, _, row in sorted(zip(before, range(len(ranked)), ranked, strict=True))]


def is_summary_sentence(session: Session, sentence: Sentence, passage: Passage) -> bool:
    """Whether a sentence is running text of a session, and can be quoted."""
    return (
        sentence.quotable
        and starts_with(sentence.section, session.section)
        and is_of_report(session, passage.report)
        and len(sentence.text) >= LEAST
        and ENDED.search(sentence.text) is not None
        and sentence.text in passage.text
    )
