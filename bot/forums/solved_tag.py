"""Find the tag of a forum that marks a post as solved, by its name. Pure functions."""

from collections.abc import Iterable
from functools import cache
from typing import Protocol, TypeVar

from index.text.normalization import fold_text

# What forums call it, without emoji and spaces; capitals, and Traditional or Simplified characters, make no difference.
SOLVED_NAMES = ("solved", "resolved", "answered", "已解決", "解決", "已解答", "已回答", "解決済み", "解決済", "回答済み")


class Tag(Protocol):
    """A tag of a forum."""

    @property
    def name(self) -> str: ...


AnyTag = TypeVar("AnyTag", bound=Tag)


def find_solved_tag(tags: Iterable[AnyTag]) -> AnyTag | None:
    """Return the first tag whose name says that a post is solved, such as `Solved` or `✅ 已解決`; None if there is none."""
    return next((tag for tag in tags if plain_name(tag.name) in folded_names()), None)


def plain_name(name: str) -> str:
    """Return the letters, digits and ideographs of a name, folded."""
    return "".join(filter(str.isalnum, fold_text(name)))


@cache
def folded_names() -> frozenset[str]:
    return frozenset(map(plain_name, SOLVED_NAMES))
