"""What a button or a menu leads to or does, written into its custom_id, so that it works as long as the message stands.

Discord allows 100 characters there, so sessions, people and sections go by a token of their id, name or path.
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

TargetKind = Literal["agenda", "session", "sessions", "person", "people", "named", "text", "answer", "more", "passage"]
CUSTOM_ID = 100
KEY = 76  # what is left of it for the key
SEPARATOR = "|"
ActionKind = Literal["more", "other", "share", "thread", "up", "down", "delete"]


@dataclass(frozen=True, slots=True)
class Target:
    """A page of a card. What `key` means depends on `kind`: a token, a query, a day, or several joined by `|`."""

    kind: TargetKind
    key: str
    language: Language
    page: int = 0

    def at(self, page: int) -> Self:
        return replace(self, page=page)

    @property
    def fits(self) -> bool:
        """Whether a button can lead here."""
        return len(self.key) <= KEY

    def __str__(self) -> str:
        return f"{self.language}:{self.page}:{self.kind}:{self.key}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """The target that `str` wrote. Raises ValueError for anything else."""
        language, page, kind, key = text.split(":", 3)
        if language not in get_args(Language) or kind not in get_args(TargetKind):
            raise ValueError(f"no target: {text}")
        return cls(kind, key, language, int(page))  # type: ignore[arg-type]  # looked up in get_args above


def short_token(text: str) -> str:
    """Eight characters for a text of any length."""
    return base64.b32encode(hashlib.blake2b(text.encode(errors="surrogatepass"), digest_size=5).digest()).decode("ascii")


class Tokens:
    """The sessions, people and sections of one generation by their tokens."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    @cached_property
    def sessions(self) -> dict[str, Session]:
        return {short_token(session.id): session for session in self.engine.directory.sessions}

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
        """The scope that `scope_key` wrote; None if this generation does not know all of it."""
        session, speaker, day, section, *rest = key.split(SEPARATOR)
        whole, entry, path = self.sessions.get(session), self.people.get(speaker), self.sections.get(section)
        reports = tuple(self.reports[report] for report in rest if report in self.reports)
        if (session and not whole) or (speaker and not entry) or (section and not path) or len(reports) < len(rest):
            return None
        return Scope(whole.id if whole else None, entry[0].name if entry else None, day or None, path, reports)


def query_key(text: str, limit: int = KEY) -> str:
    """What somebody typed, as a key: on one line, for no button's custom_id is found again across a line's end."""
    return " ".join(clean_text(text).split())[:limit]


def passage_key(passage: Passage, quote: str = "") -> str:
    """A passage as a key, with the span of a quotation in it where there is one."""
    span = quoted_span(passage, quote) if quote else None
    return f"{short_token(passage.id)}{SEPARATOR}{span[0]}-{span[1]}" if span else short_token(passage.id)


def citation_key(citation: Citation, passages: Iterable[Passage]) -> str:
    """The passage of a citation as a key, with the quotation's span if the passage is among those given."""
    found = next((passage for passage in passages if passage.id == citation.passage_id), None)
    return passage_key(found, citation.quote) if found else short_token(citation.passage_id)


def person_token(name: str) -> str:
    return short_token(person_key(name))


def section_token(path: SectionPath) -> str:
    return short_token("\n".join(path))


def scope_key(scope: Scope | None) -> str:
    """A scope as the key of an answer's pages. Several reports are a server's choice, which is its own to apply again."""
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
    """Something done with the answer of a reference, whose scope is written as `bot.cards.custom_ids.scope_key` does."""

    kind: ActionKind
    language: Language
    reference: str
    scope: str

    def __str__(self) -> str:
        return f"{self.kind}:{self.language}:{self.reference}:{self.scope}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """The deed that `str` wrote. Raises ValueError for anything else."""
        kind, language, reference, scope = text.split(":", 3)
        if kind not in get_args(ActionKind) or language not in get_args(Language):
            raise ValueError(f"no deed: {text}")
        return cls(kind, language, reference, scope)  # type: ignore[arg-type]  # looked up in get_args above
