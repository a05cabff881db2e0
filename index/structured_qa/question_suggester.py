"""Suggest questions that the reports surely answer: for the gist of the report, of a session or of what somebody said."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import islice

from index.lookup.directory import Directory
from index.models import Answer, Citation, Session, starts_with
from index.text.localization import Catalogue
from index.text.normalization import fold_without_whitespace

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
        candidates = self._candidates(answer.citations[:1], words)
        return self._choose((each for each in candidates if each != answer.question), SUGGESTIONS)

    def complete(self, typed: str, words: Catalogue, limit: int) -> tuple[str, ...]:
        """Return up to `limit` questions that contain the typed text."""
        part = fold_without_whitespace(typed)
        return self._choose((each for each in self._candidates((), words) if part in fold_without_whitespace(each)), limit)

    def _choose(self, questions: Iterable[str], limit: int) -> tuple[str, ...]:
        """Return the first questions that are answered."""
        fitting = (each for each in dict.fromkeys(questions) if len(each) <= LONGEST and self.is_answered(each))
        return tuple(islice(fitting, limit))

    def _candidates(self, quoted: Sequence[Citation], words: Catalogue) -> Iterator[str]:
        """Yield questions by how near they are to a quotation: its session, who spoke there, the report, other sessions."""
        near = [
            session
            for session in self.directory.sessions
            if any(starts_with(each.section, session.section) for each in quoted)
        ]
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
