"""What the buttons below an answer do, written into their custom_id."""

from dataclasses import dataclass
from typing import Literal, Self, get_args

from index.text.localization import Language

DeedKind = Literal["more", "other", "share", "thread", "up", "down", "delete"]


@dataclass(frozen=True, slots=True)
class Deed:
    """Something done with the answer of a reference, whose scope is written as `bot.cards.custom_ids.scope_key` does."""

    kind: DeedKind
    language: Language
    reference: str
    scope: str

    def __str__(self) -> str:
        return f"{self.kind}:{self.language}:{self.reference}:{self.scope}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """The deed that `str` wrote. Raises ValueError for anything else."""
        kind, language, reference, scope = text.split(":", 3)
        if kind not in get_args(DeedKind) or language not in get_args(Language):
            raise ValueError(f"no deed: {text}")
        return cls(kind, language, reference, scope)  # type: ignore[arg-type]  # looked up in get_args above
