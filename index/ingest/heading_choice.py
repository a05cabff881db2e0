"""Choose the levels of headings: by their numbers, by the line of a heading, or by an example."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from index.errors import CorpusError
from index.ingest.converter_types import Converted
from index.ingest.heading_levels import (
    HeadingLevel,
    find_heading_levels,
    level_from_example,
    level_from_line,
    read_level,
    split_lines,
)

LINE = re.compile(r"(?:line\s{1,4}|行\s{0,4})(\d{1,7})", re.IGNORECASE)
LINES = re.compile(r"(\d{1,7})\s{0,2}[-–]\s{0,2}(\d{1,7})")
NUMBERS = re.compile(r"\d{1,7}(?:[\s,，、]{1,4}\d{1,7}){0,20}")
BEFORE, AFTER = "(?P<title>", ")$"  # around the texts of headings that are known by them
MOST_LINES = 60  # that are shown at once
HELP = (
    "Enter accepts. Or type numbers of levels, outermost first, or 0 for none; a heading as an example; "
    "“line 12” for the heading in that line; “12-40” to see these lines"
)


@dataclass(frozen=True, slots=True)
class HeadingChoice:
    """The known levels of headings, and the positions of the chosen ones among them, outermost first."""

    levels: tuple[HeadingLevel, ...]
    chosen: tuple[int, ...]

    @property
    def patterns(self) -> list[str]:
        """The patterns of the chosen levels, outermost first."""
        return [self.levels[position].pattern for position in self.chosen]


def choose_all(levels: Sequence[HeadingLevel]) -> HeadingChoice:
    """Return the choice of all levels in their order."""
    return HeadingChoice(tuple(levels), tuple(range(len(levels))))


def first_choice(converted: Converted, patterns: Sequence[str] = ()) -> HeadingChoice:
    """Return the choice of the levels that were found in a text, or of those that an earlier edition had.

    :param patterns: Of the earlier edition; they are chosen if any of them matches a line.
    """
    levels = find_heading_levels(converted)
    kept = [level for pattern in patterns if (level := read_level(pattern, converted)).count]
    own = {level.pattern for level in kept}
    others = [level for level in levels if level.pattern not in own]
    return HeadingChoice((*kept, *others), tuple(range(len(kept) or len(others))))


def choose_by_numbers(choice: HeadingChoice, typed: str) -> HeadingChoice:
    """Choose the levels of some numbers, from 1; 0 chooses none.

    :raises CorpusError: If a text is no such number.
    """
    known = len(choice.levels)
    words = re.split(r"[\s,，、]+", typed.strip())
    numbers = [int(word) if word.isdecimal() else -1 for word in words]
    if not all(0 <= number <= known for number in numbers):
        levels = f"there are levels 1 to {known}" if known else "no levels are known"
        raise CorpusError(f"{typed}: {levels}; give their numbers, outermost first, or 0 for none")
    return replace(choice, chosen=tuple(dict.fromkeys(number - 1 for number in numbers if number)))


def choose_by_examples(choice: HeadingChoice, examples: Sequence[str], converted: Converted) -> HeadingChoice:
    """Choose nothing but the levels of some examples, outermost first; they are numbered after the known levels.

    :raises CorpusError: If no line of the text is like an example.
    """
    own = choose_all(())
    for example in examples:
        own = add_level(own, level_from_example(example, converted), in_order=False)
    known = [level for level in choice.levels if level.pattern not in own.patterns]
    return HeadingChoice((*known, *own.levels), tuple(len(known) + position for position in own.chosen))


def add_level(choice: HeadingChoice, level: HeadingLevel, *, in_order: bool = True) -> HeadingChoice:
    """Choose a further level.

    Lines that are known by nothing but their text make one level together.

    :param in_order: Whether its place is where its first line stands in the text; otherwise it is the innermost.
    """
    patterns = [known.pattern for known in choice.levels]
    if level.pattern in patterns:
        position = patterns.index(level.pattern)
    elif (other := next((n for n, each in enumerate(patterns) if is_same_kind(each, level.pattern)), None)) is not None:
        joined = join_literals(choice.levels[other], level)
        levels = tuple(joined if n == other else each for n, each in enumerate(choice.levels))
        choice, position = replace(choice, levels=levels), other
    else:
        choice, position = replace(choice, levels=(*choice.levels, level)), len(choice.levels)
    if position in choice.chosen:
        return choice
    line = choice.levels[position].line
    before = [n for n in choice.chosen if not in_order or choice.levels[n].line <= line]
    after = [n for n in choice.chosen if n not in before]
    return replace(choice, chosen=(*before, position, *after))


def join_literals(level: HeadingLevel, other: HeadingLevel) -> HeadingLevel:
    """Return the level of the lines of two levels that are known by their text."""
    first, second = (each.pattern.removeprefix(BEFORE).removesuffix(AFTER) for each in (level, other))
    if f"|{second}|" in f"|{first}|":
        return level
    earlier = min(level, other, key=lambda each: each.line)
    return replace(earlier, pattern=f"{BEFORE}{first}|{second}{AFTER}", count=level.count + other.count)


def is_same_kind(pattern: str, other: str) -> bool:
    """Return whether both patterns are of lines that are known by their text."""
    return all(each.startswith(BEFORE) and each.endswith(AFTER) for each in (pattern, other))


def change_choice(choice: HeadingChoice, typed: str, converted: Converted) -> HeadingChoice:
    """Change a choice by what the maintainer typed.

    A number that is none of a level is one of a line.

    :raises CorpusError: If it means nothing; its message is one line.
    """
    if line := LINE.fullmatch(typed):
        return add_level(choice, level_from_line(int(line[1]), converted))
    if NUMBERS.fullmatch(typed):
        if typed.isdecimal() and int(typed) > len(choice.levels):
            return add_level(choice, level_from_line(int(typed), converted))
        return choose_by_numbers(choice, typed)
    return add_level(choice, level_from_example(typed, converted))


def choose_headings(
    choice: HeadingChoice,
    converted: Converted,
    show: Callable[[HeadingChoice], None],
    ask: Callable[[], str],
    tell: Callable[[str], None],
) -> HeadingChoice:
    """Let the maintainer change a choice until they accept it.

    :param show: Shows a choice, and the outline that it makes.
    :param ask: Returns what was typed; nothing accepts the choice.
    :param tell: Shows a line.
    """
    show(choice)
    while typed := ask().strip():
        if lines := LINES.fullmatch(typed):
            for line in numbered_lines(converted.text, int(lines[1]), int(lines[2])):
                tell(line)
            continue
        try:
            choice = change_choice(choice, typed, converted)
        except CorpusError as error:
            tell(str(error))
        else:
            show(choice)
    return choice


def numbered_lines(text: str, first: int, last: int) -> Iterator[str]:
    """Yield some lines of a text with their numbers, without the empty ones; at most 60 of them."""
    shown = [line for line in split_lines(text) if first <= line.number <= last and line.text]
    yield from (f"{line.number}: {line.text}" for line in shown[:MOST_LINES])
    if len(shown) > MOST_LINES:
        yield f"and {len(shown) - MOST_LINES} more"
    if not shown:
        yield f"lines {first}-{last}: are empty, or not in the text"


def choice_lines(choice: HeadingChoice) -> Iterator[str]:
    """Yield the known levels with their numbers, the chosen ones first and indented by their depth."""
    for depth, position in enumerate(choice.chosen):
        yield f"{'  ' * depth}{level_text(position + 1, choice.levels[position])}"
    for position, level in enumerate(choice.levels):
        if position not in choice.chosen:
            yield f"not used: {level_text(position + 1, level)}"


def level_text(number: int, level: HeadingLevel) -> str:
    """Return a level in one line."""
    return f"{number}: {level.count} headings, such as “{level.example}” (line {level.line})"
