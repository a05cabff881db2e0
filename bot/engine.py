"""The part of `index.engine.Engine` that the bot needs."""

from typing import Protocol

from index.checking import Checked
from index.lookup import Directory
from index.manifest import Manifest, Source
from index.models import Answer, Citation, Passage, PersonEntry, SectionPath, Session
from index.scope import Scope


class Engine(Protocol):
    """Answers questions and looks up sessions and people, from one generation; each of its methods suits any thread."""

    @property
    def generation(self) -> str: ...

    @property
    def titles(self) -> tuple[str, ...]: ...

    @property
    def manifest(self) -> Manifest: ...

    @property
    def reports(self) -> tuple[Source, ...]: ...

    @property
    def directory(self) -> Directory: ...

    @property
    def sections(self) -> tuple[SectionPath, ...]: ...

    def ask(self, question: str, *, top: int = 10, scope: Scope | None = None) -> Answer: ...

    def follow(self, question: str, earlier: str, *, top: int = 10, scope: Scope | None = None) -> Answer: ...

    def check(self, text: str) -> tuple[Checked, ...]: ...

    def summary(self, session: Session) -> tuple[Citation, ...]: ...

    def mentions(self, entry: PersonEntry) -> tuple[Citation, ...]: ...

    def passages(self, scope: Scope) -> tuple[Passage, ...]: ...

    def describe(self, scope: Scope) -> str: ...

    def source(self, session: Session) -> Source: ...
