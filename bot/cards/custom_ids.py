"""Encode the target or action of a button in its custom_id, and decode it again.

A custom_id has at most 100 characters, so sessions, people, sections and passages are stored as short hash tokens.
"""

import base64
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal, Self, get_args

from bot.cards.escaping import clean_text
from bot.cards.locations import quoted_span
from bot.engine import Engine
from index.models import Citation, Passage, PersonEntry, Scope, SectionPath, Session
from index.reports.sessions import person_key
from index.text.localization import Language

TargetKind = Literal[
    "agenda",
    "session",
    "sessions",
    "person",
    "people",
    "named",
    "text",
    "contents",
    "answer",
    "options",
    "plain",
    "plain_options",
    "more",
    "passage",
]
CUSTOM_ID = 100
KEY = 76  # characters of the custom_id that remain for the key
SEPARATOR = "|"
ActionKind = Literal["more", "other", "share", "thread", "cite", "export", "up", "down", "delete", "solved", "people"]


@dataclass(frozen=True, slots=True)
class Target:
    """A page of a card, as a button leads to it.

    :param key: Depends on `kind`: a token, a query, a day, or several of them joined by `|`.
    :param page: From 0.
    """

    kind: TargetKind
    key: str
    language: Language
    page: int = 0

    def at(self, page: int) -> Self:
        """Return the same target at another page."""
        return replace(self, page=page)

    @property
    def fits(self) -> bool:
        """Whether the key fits into a custom_id."""
        return len(self.key) <= KEY

    def __str__(self) -> str:
        return f"{self.language}:{self.page}:{self.kind}:{self.key}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Parse what `str(target)` returns.

        :raises ValueError: For any other text.
        """
        language, page, kind, key = text.split(":", 3)
        if language not in get_args(Language) or kind not in get_args(TargetKind):
            raise ValueError(f"no target: {text}")
        return cls(kind, key, language, int(page))  # type: ignore[arg-type]  # looked up in get_args above


def short_token(text: str) -> str:
    """Hash a text to a token of eight base32 characters (40-bit BLAKE2b)."""
    return base64.b32encode(hashlib.blake2b(text.encode(errors="surrogatepass"), digest_size=5).digest()).decode("ascii")


class Tokens:
    """Look up the sessions, people, sections, passages and reports of one generation by token."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    @cached_property
    def sessions(self) -> dict[str, Session]:
        return {session_token(session): session for session in self.engine.directory.sessions}

    @cached_property
    def people(self) -> dict[str, PersonEntry]:
        return {person_token(entry[0].name): entry for entry in self.engine.directory.people}

    @cached_property
    def sections(self) -> dict[str, SectionPath]:
        return {section_token(path): path for path in self.engine.sections}

    @cached_property
    def passages(self) -> dict[str, Passage]:
        return {short_token(passage.id): passage for passage in self.engine.passages(Scope())}

    @cached_property
    def reports(self) -> dict[str, str]:
        return {short_token(source.report): source.report for source in self.engine.reports}

    def scope(self, key: str) -> Scope | None:
        """Decode a scope from `scope_key`.

        :return: None if this generation lacks any part of it.
        """
        session_key, speaker, day, section, *report_tokens = key.split(SEPARATOR)
        sessions = self.sessions.values() if session_key else ()
        session = next((each for each in sessions if short_token(each.id) == session_key), None)
        entry, path = self.people.get(speaker), self.sections.get(section)
        reports = tuple(self.reports[report] for report in report_tokens if report in self.reports)
        if (
            (session_key and not session)
            or (speaker and not entry)
            or (section and not path)
            or len(reports) < len(report_tokens)
        ):
            return None
        return Scope(session.id if session else None, entry[0].name if entry else None, day or None, path, reports)


def query_key(text: str, limit: int = KEY) -> str:
    """Turn typed text into a key of one line: discord.py does not match a custom_id across line ends."""
    return " ".join(clean_text(text).split())[:limit]


def passage_key(passage: Passage, quote: str = "") -> str:
    """Encode a passage, and the span of the quotation if the passage contains it, as `token|start-end`, end exclusive."""
    span = quoted_span(passage, quote) if quote else None
    return f"{short_token(passage.id)}{SEPARATOR}{span[0]}-{span[1]}" if span else short_token(passage.id)


def citation_key(citation: Citation, passages: Iterable[Passage]) -> str:
    """Encode the passage of a citation, with the span of the quotation if the passage is among `passages`."""
    quoted = next((passage for passage in passages if passage.id == citation.passage_id), None)
    return passage_key(quoted, citation.quote) if quoted else short_token(citation.passage_id)


def session_token(session: Session) -> str:
    """Hash a session: its id alone may be that of another one in a new edition of the report."""
    return short_token(f"{session.id}\n{session.title}")


def person_token(name: str) -> str:
    return short_token(person_key(name))


def section_token(path: SectionPath) -> str:
    return short_token("\n".join(path))


def scope_key(scope: Scope | None) -> str:
    """Encode a scope for the pages of an answer.

    Several reports are left out: they are the choice of the guild, whose rules add them again.
    """
    if not scope:
        return SEPARATOR * 3
    parts = (
        short_token(scope.session) if scope.session else "",
        person_token(scope.speaker) if scope.speaker else "",
        scope.day or "",
        section_token(scope.section) if scope.section else "",
        *(map(short_token, scope.reports) if len(scope.reports) == 1 else ()),
    )
    return SEPARATOR.join(parts)


@dataclass(frozen=True, slots=True)
class AnswerAction:
    """An action on an answer, as a button runs it.

    :param reference: The log reference of the answer.
    :param scope: The scope of the answer, encoded by `scope_key`.
    """

    kind: ActionKind
    language: Language
    reference: str
    scope: str

    def __str__(self) -> str:
        return f"{self.kind}:{self.language}:{self.reference}:{self.scope}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Parse what `str(action)` returns.

        :raises ValueError: For any other text.
        """
        kind, language, reference, scope = text.split(":", 3)
        if kind not in get_args(ActionKind) or language not in get_args(Language):
            raise ValueError(f"no action: {text}")
        return cls(kind, language, reference, scope)  # type: ignore[arg-type]  # looked up in get_args above
