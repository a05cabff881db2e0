"""Join words that a hyphen breaks at the end of a line, by how the document writes them elsewhere."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

SOFT = "\u00ad"  # a hyphen that the file marks as one at the end of a line
# A word within a line, with its hyphens, that no hyphen at the line's end breaks.
WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*(?![\u00ad-])")
BEFORE = re.compile(r"(?<![^\W\d_])(?<!-)[^\W\d_]++(?:-[^\W\d_]++)*+$")
AFTER = re.compile(r"[^\W\d_]+")
# After these a hyphen stands for the rest of a word, as in "short- and long-term".
CONJUNCTIONS = frozenset(("and", "or", "to", "nor", "und", "oder", "et", "ou"))


@dataclass(slots=True)
class HyphenJoiner:
    """Joins broken words. `words` counts those of the document, `dropped` the hyphens left out."""

    words: Counter[str]
    dropped: int = 0

    def join(self, line: str, following: str) -> str | None:
        """Return a line without its last hyphen, or with it if the word has one of its own.

        :param following: The next line.
        :return: None if the line ends with no hyphen, or if the next does not go on with the word.
        """
        if not line.endswith((SOFT, "-")):
            return None
        before, after = BEFORE.search(line[:-1]), AFTER.match(following)
        if not before or not after or not after[0][0].islower():
            return f"{line[:-1]}-"
        if after[0] in CONJUNCTIONS:
            return f"{line[:-1]}- "
        part = before[0].rpartition("-")[2]
        if self.words[f"{part}-{after[0]}".casefold()] > self.words[f"{part}{after[0]}".casefold()]:
            return f"{line[:-1]}-"
        self.dropped += 1
        return line[:-1]


def count_words(lines: Iterable[str]) -> Counter[str]:
    """Count the words and the hyphenated pairs of words within lines."""
    counts: Counter[str] = Counter()
    for line in lines:
        for word in WORD.findall(line.casefold()):
            parts = word.split("-")
            counts.update(parts)
            counts.update(f"{one}-{other}" for one, other in pairwise(parts))
    return counts
