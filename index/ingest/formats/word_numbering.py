"""Count the automatic numbers of a Word document, which stand in no paragraph: 1.2, (a), 壹、."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from index.ingest.lines.list_numbers import format_number

WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


@dataclass(frozen=True, slots=True)
class Level:
    """A level of a list: its first number, the format of numbers, and a text with %1 for the number of the first level."""

    start: int
    format: str
    text: str


@dataclass(slots=True)
class Numbering:
    """The lists of a document, and how far each is counted.

    :param lists: Levels by the number of a list and of the level.
    :param shared: The definition of each list. Lists with the same one count together.
    """

    lists: Mapping[str, Mapping[int, Level]]
    shared: Mapping[str, str]
    overridden: Mapping[str, frozenset[int]] = field(default_factory=dict)
    _counts: dict[str, dict[int, int]] = field(default_factory=dict)
    _seen: set[tuple[str, int]] = field(default_factory=set)

    @classmethod
    def from_xml(cls, root: Any) -> Numbering:
        """Read numbering.xml; without one, no paragraph has a number."""
        if root is None:
            return cls({}, {})
        abstract: dict[str, Any] = {each.get(f"{WORD}abstractNumId"): each for each in root.findall(f"{WORD}abstractNum")}
        definitions = {
            name: {int(level.get(f"{WORD}ilvl")): read_level(level) for level in each.findall(f"{WORD}lvl")}
            for name, each in abstract.items()
        }
        # A definition may name a list style, whose levels stand in another definition.
        styled = {style: name for name, each in abstract.items() if (style := value_of(each, "styleLink"))}
        linked = {name: styled.get(value_of(each, "numStyleLink") or "", name) for name, each in abstract.items()}
        lists, shared, overridden = {}, {}, {}
        for each in root.findall(f"{WORD}num"):
            number, named = each.get(f"{WORD}numId"), value_of(each, "abstractNumId") or ""
            definition = linked.get(named, named)
            levels = dict(definitions.get(definition, {}))
            restarted = set()
            for override in each.findall(f"{WORD}lvlOverride"):
                at, own = int(override.get(f"{WORD}ilvl")), override.find(f"{WORD}lvl")
                if own is not None:
                    levels[at] = read_level(own)
                start = value_of(override, "startOverride")
                if start is not None and at in levels:
                    levels[at] = Level(int(start), levels[at].format, levels[at].text)
                    restarted.add(at)
            lists[number], shared[number], overridden[number] = levels, definition, frozenset(restarted)
        return cls(lists, shared, overridden)

    def is_bulleted(self, number: str, level: int) -> bool:
        """Return whether the items of a level of a list have bullets.

        :param number: Of the list.
        """
        own = self.lists.get(number, {}).get(level)
        return own is not None and own.format == "bullet"

    def next_number(self, number: str, level: int) -> str:
        """Count a paragraph of a list, and return its number as printed; empty for a bullet.

        :param number: Of the list.
        """
        levels = self.lists.get(number, {})
        if level not in levels:
            return ""
        counts = self._counts.setdefault(self.shared[number], {})
        if level in self.overridden.get(number, ()) and (number, level) not in self._seen:
            counts.pop(level, None)
        self._seen.add((number, level))
        counts[level] = counts.get(level, levels[level].start - 1) + 1
        for deeper in [each for each in counts if each > level]:
            del counts[deeper]
        if levels[level].format in ("bullet", "none"):
            return ""

        def number_of(match: re.Match[str]) -> str:
            at = int(match[1]) - 1
            of_level = levels.get(at, Level(1, "decimal", ""))
            return format_number(counts.get(at, of_level.start), of_level.format)

        return re.sub(r"%([1-9])", number_of, levels[level].text)


def read_level(level: Any) -> Level:
    """Read one level of a list."""
    start = value_of(level, "start") or "1"
    format_ = value_of(level, "numFmt") or "decimal"
    return Level(int(start), format_, value_of(level, "lvlText") or "")


def value_of(element: Any, name: str) -> str | None:
    """Return the value of a child element, or None."""
    child = element.find(f"{WORD}{name}")
    return None if child is None else child.get(f"{WORD}val")
