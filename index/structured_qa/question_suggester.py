"""Suggest questions that the reports surely answer: for the gist of the report, of a session or of what somebody said."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache

from index.lookup.directory import Directory
from index.models import Answer, Session, starts_with
from index.text.localization import Catalogue

SUGGESTIONS = 3
LONGEST = 80  # characters of a question, which becomes the label of a button
TITLE_PART = re.compile(r"：|:\s")
KNOWN = 4096  # questions whose answer is remembered


class QuestionSuggester:
    """Suggests what to ask next in one generation."""

    def __init__(self, directory: Directory, is_answered: Callable[[str], bool]) -> None:
        """Create a suggester.

        :param is_answered: whether the reports answer a question by a summary.
        """
        self.directory, self.is_answered = directory, lru_cache(KNOWN)(is_answered)

    def suggest(self, answer: Answer, words: Catalogue) -> tuple[str, ...]:
        """Return up to `SUGGESTIONS` questions after an answer, those about its sessions and people first."""
        chosen: list[str] = []
        for question in dict.fromkeys(self._candidates(answer, words)):
            if len(chosen) == SUGGESTIONS:
                break
            if len(question) <= LONGEST and question != answer.question and self.is_answered(question):
                chosen.append(question)
        return tuple(chosen)

    def _candidates(self, answer: Answer, words: Catalogue) -> Iterator[str]:
        """Yield questions by how near they are to the answer: its session, who spoke there, the report, other sessions."""
        near = [session for session in self.directory.sessions if is_quoted(session, answer)]
        for session in reversed(near):  # parts stand below their session
            yield from session_questions(session, words)
        yield words("suggest.overview")
        yield words("suggest.advice")
        for session in self.directory.sessions:
            if not session.parent and session not in near:
                yield from session_questions(session, words)


def session_questions(session: Session, words: Catalogue) -> Iterator[str]:
    """Yield the questions about a session: what was said, by its title without the kind before a colon, and by whom."""
    yield words("suggest.session", title=TITLE_PART.split(session.title)[-1])
    for person in session.speakers[:1]:
        yield words("suggest.speech", name=person.name)


def is_quoted(session: Session, answer: Answer) -> bool:
    """Return whether the first quotation of an answer is from a session."""
    return any(starts_with(citation.section, session.section) for citation in answer.citations[:1])
