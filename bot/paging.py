"""Blocks of text -> pages of a message: everything is shown, nothing is cut but what alone is longer than a page."""

from collections.abc import Iterable, Sequence

GAP = "\n"


def paged(blocks: Iterable[str], characters: int) -> list[str]:
    """Blocks joined to pages of at most `characters`, in order; one page, empty, for no blocks."""
    pages: list[str] = []
    for block in blocks:
        for piece in pieces(block, characters):
            if pages and len(pages[-1]) + len(GAP) + len(piece) <= characters:
                pages[-1] += GAP + piece
            else:
                pages.append(piece)
    return pages or [""]


def grouped(blocks: Iterable[str], characters: int, most: int) -> list[list[str]]:
    """Blocks on pages of at most `most` blocks and `characters`, in order; one page, empty, for no blocks."""
    pages: list[list[str]] = [[]]
    for block in blocks:
        for piece in pieces(block, characters):
            if pages[-1] and (len(pages[-1]) == most or sum(map(len, pages[-1])) + len(piece) > characters):
                pages.append([])
            pages[-1].append(piece)
    return pages


def pieces(block: str, characters: int) -> Sequence[str]:
    """A block whole, or in pieces of at most `characters`, at line ends where there are some."""
    found: list[str] = []
    while len(block) > characters:
        end = block.rfind("\n", 1, characters) + 1 or characters
        # A backslash escapes what follows it, so the two stay together.
        while end < len(block) and end > 1 and escapes(block[:end]):
            end -= 1
        found.append(block[:end].removesuffix("\n"))
        block = block[end:]
    return [*found, block]


def escapes(text: str) -> bool:
    """Whether a text ends in a backslash that escapes what follows."""
    return (len(text) - len(text.rstrip("\\"))) % 2 == 1
