"""Split blocks of text into pages; only a block that is longer than a page is cut."""

import re
from collections.abc import Iterable, Sequence

GAP = "\n"
# Text that is a heading, small text or a list only at the beginning of a line, and the characters to look ahead for it.
BEGINNING, LONGEST = re.compile(r"\s*(?:[#+-]|\d+[.)])"), 12


def join_pages(blocks: Iterable[str], characters: int, most: int | None = None) -> list[str]:
    """Join blocks, in order, to pages of at most `characters` and `most` blocks; one empty page for no blocks."""
    return [GAP.join(page) for page in group_pages(blocks, characters, most or characters, len(GAP))]


def group_pages(blocks: Iterable[str], characters: int, most: int, gap: int = 0) -> list[list[str]]:
    """Group blocks, in order, to pages of at most `most` blocks and `characters`; one empty page for no blocks.

    :param gap: Characters between two blocks.
    """
    pages: list[list[str]] = [[]]
    for block in blocks:
        for piece in split_block(block, characters):
            length = sum(len(other) + gap for other in pages[-1]) + len(piece)
            if pages[-1] and (len(pages[-1]) == most or length > characters):
                pages.append([])
            pages[-1].append(piece)
    return pages


def split_block(block: str, characters: int) -> Sequence[str]:
    """Split a block into pieces of at most `characters`, at line ends where possible.

    :raises ValueError: If `characters` is below 2.
    """
    if characters < 2:  # an escaped character takes two
        raise ValueError(f"no page can have {characters} characters")
    pieces: list[str] = []
    while len(block) > characters:
        end = block.rfind("\n", 1, characters) + 1 or split_position(block, characters)
        pieces.append(block[:end].removesuffix("\n"))
        block = block[end:]
    return [*pieces, block]


def split_position(line: str, characters: int) -> int:
    """Choose where to cut a line that is longer than `characters`.

    :return: Offset in the line, end exclusive.
    """
    # A backslash stays together with the character that it escapes. A new line should not begin with active Markdown.
    ends = [end for end in range(characters, max(0, characters - LONGEST), -1) if not ends_in_escape(line[:end])]
    return next((end for end in ends if not BEGINNING.match(line, end, end + LONGEST)), ends[0])


def ends_in_escape(text: str) -> bool:
    """Check whether a text ends in a backslash that escapes the next character."""
    return (len(text) - len(text.rstrip("\\"))) % 2 == 1
