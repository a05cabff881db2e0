"""Blocks of text -> pages of a message: everything is shown, nothing is cut but what alone is longer than a page."""

import re
from collections.abc import Iterable, Sequence

GAP = "\n"
# What is a heading, small text or a list at the beginning of a line alone, as far as a look ahead tells.
BEGINNING, LONGEST = re.compile(r"\s*(?:[#+-]|\d+[.)])"), 12


def join_pages(blocks: Iterable[str], characters: int) -> list[str]:
    """Blocks joined to pages of at most `characters`, in order; one page, empty, for no blocks."""
    pages: list[str] = []
    for block in blocks:
        for piece in split_block(block, characters):
            if pages and len(pages[-1]) + len(GAP) + len(piece) <= characters:
                pages[-1] += GAP + piece
            else:
                pages.append(piece)
    return pages or [""]


def group_pages(blocks: Iterable[str], characters: int, most: int) -> list[list[str]]:
    """Blocks on pages of at most `most` blocks and `characters`, in order; one page, empty, for no blocks."""
    pages: list[list[str]] = [[]]
    for block in blocks:
        for piece in split_block(block, characters):
            if pages[-1] and (len(pages[-1]) == most or sum(map(len, pages[-1])) + len(piece) > characters):
                pages.append([])
            pages[-1].append(piece)
    return pages


def split_block(block: str, characters: int) -> Sequence[str]:
    """A block whole, or in pieces of at most `characters`, at line ends where there are some.

    Raises ValueError where there is no room for any, in which no page would ever be the last.
    """
    if characters < 2:  # an escaped character takes two
        raise ValueError(f"no page can have {characters} characters")
    found: list[str] = []
    while len(block) > characters:
        end = block.rfind("\n", 1, characters) + 1 or split_position(block, characters)
        found.append(block[:end].removesuffix("\n"))
        block = block[end:]
    return [*found, block]


def split_position(line: str, characters: int) -> int:
    """Where a line is cut that is longer than so many characters."""
    # A backslash escapes what follows it, so the two stay together; and what a line may not begin with rather stays in it.
    ends = [end for end in range(characters, max(0, characters - LONGEST), -1) if not ends_in_escape(line[:end])]
    return next((end for end in ends if not BEGINNING.match(line, end, end + LONGEST)), ends[0])


def ends_in_escape(text: str) -> bool:
    """Whether a text ends in a backslash that escapes what follows."""
    return (len(text) - len(text.rstrip("\\"))) % 2 == 1
