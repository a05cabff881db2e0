"""Read vertical writing: characters that stand upright below each other, in lines from right to left."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from itertools import pairwise

from index.ingest.pdf.glyphs import Glyph
from index.reports.reader import is_wide

CLOCKWISE = 3  # quarter turns counter-clockwise of text that runs downwards
FEWEST = 8  # pairs of characters below each other that tell vertical writing
# In ems.
SAME_COLUMN, NEXT_BELOW = 0.4, 1.6
ABOVE, BELOW = 0.88, 0.12  # how far a character reaches from its baseline
MOST_ACROSS = 4  # figures or letters side by side within a vertical line
FORMS = frozenset(map(chr, (*range(0xFE10, 0xFE1A), *range(0xFE30, 0xFE49))))  # of punctuation in vertical lines


def turn_vertical(glyphs: dict[int, list[Glyph]], width: float) -> tuple[dict[int, list[Glyph]], bool]:
    """Return the glyphs of a page with vertical writing as text that is turned clockwise, and whether there is any.

    What is not part of a vertical line, such as a page number, stays as it is.

    :param glyphs: By quarter turns counter-clockwise against the page.
    :param width: Of the page in points.
    """
    level = glyphs.get(0, [])
    if not is_vertical(level):
        return glyphs, False
    turned: list[Glyph] = []
    rest: list[Glyph] = []
    for glyph in join_across(level):
        wide = is_wide(glyph.text)
        placed = turn_glyph(glyph, len(glyph.text) if wide else 1, width)
        if turned and follows(turned[-1], placed):
            # Marks and figures are not in the middle of the line.
            turned.append(placed._replace(baseline=turned[-1].baseline))
        else:
            (turned if wide else rest).append(placed if wide else glyph)
    others = {turns: each for turns, each in glyphs.items() if turns not in (0, CLOCKWISE)}
    kept = {0: rest} if rest else {}
    return {**others, **kept, CLOCKWISE: [*turned, *glyphs.get(CLOCKWISE, [])]}, True


def is_vertical(glyphs: Sequence[Glyph]) -> bool:
    """Return whether more wide characters stand below each other than beside each other."""
    wide = [glyph for glyph in glyphs if is_wide(glyph.text)]
    down = along = 0
    for glyph in wide:
        is_tall = glyph.right - glyph.left < 0.6 * glyph.size * len(glyph.text)
        down += (len(glyph.text) - 1) * is_tall
        along += (len(glyph.text) - 1) * (not is_tall)
    for one, other in pairwise(wide):
        is_below = 0 < other.baseline - one.baseline <= NEXT_BELOW * other.size
        down += is_below and abs(one.left + one.right - other.left - other.right) <= 2 * SAME_COLUMN * other.size
        along += abs(one.baseline - other.baseline) < 0.1 * other.size and other.left - one.left >= 0
    return down >= FEWEST and down > along


def join_across(glyphs: Sequence[Glyph]) -> Iterator[Glyph]:
    """Yield glyphs, figures and letters beside each other as one."""
    group: list[Glyph] = []
    for glyph in glyphs:
        if group and not stands_beside(group[-1], glyph):
            yield joined_glyph(group)
            group = []
        group.append(glyph)
    if group:
        yield joined_glyph(group)


def stands_beside(last: Glyph, glyph: Glyph) -> bool:
    """Return whether a figure or letter stands beside another one."""
    is_level = abs(glyph.baseline - last.baseline) < 0.1 * glyph.size and abs(glyph.left - last.right) < 0.3 * glyph.size
    return is_level and not (glyph.spaced or is_wide(glyph.text) or is_wide(last.text))


def joined_glyph(glyphs: Sequence[Glyph]) -> Glyph:
    """Return glyphs beside each other as one."""
    return glyphs[0]._replace(text="".join(glyph.text for glyph in glyphs), right=glyphs[-1].right)


def turn_glyph(glyph: Glyph, length: int, width: float) -> Glyph:
    """Return a glyph in coordinates in which vertical lines run to the right and follow each other downwards.

    :param length: In ems, downwards on the page.
    :param width: Of the page.
    """
    left = glyph.baseline - ABOVE * glyph.size
    # The middle of the line stands as far above the baseline as in horizontal writing.
    baseline = width - (glyph.left + glyph.right) / 2 + (0.5 - BELOW) * glyph.size
    text = "".join(unicodedata.normalize("NFKC", sign) if sign in FORMS else sign for sign in glyph.text)
    return glyph._replace(text=text, left=left, right=left + length * glyph.size, baseline=baseline, spaced=0)


def follows(last: Glyph, glyph: Glyph) -> bool:
    """Return whether a turned glyph that is hardly wider than its line stands next in the line of another one."""
    is_level = abs(glyph.baseline - last.baseline) <= SAME_COLUMN * last.size
    is_short = is_wide(glyph.text) or len(glyph.text) <= MOST_ACROSS
    return is_level and is_short and -0.5 * last.size <= glyph.left - last.right <= NEXT_BELOW * last.size
