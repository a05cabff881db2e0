"""Texts that drive an expression's repeats to the utmost and then fail, and how its work grows with their length."""

import re
from collections.abc import Iterator
from re import _compiler, _constants, _parser  # type: ignore[attr-defined]
from time import perf_counter
from typing import Any

from tests.fuzz.patterns import Expression

# A few characters of every kind that expressions tell apart.
PALETTE = "aA0_ \t\n中一年日时人。、，：（）「」.,;:-–•'\"!?()[]<>@/|·é\ue000"
ENDINGS = ("", "\0", "a\0")
MANY = 16  # repeats that may go on for so long can be many; fewer cannot
SHORT, LONG = 512, 4096
# Eight times as long is eight times the work where that is linear, and 64 times where it is quadratic.
BOUND = 24
REPEATS = (_constants.MAX_REPEAT, _constants.MIN_REPEAT, _constants.POSSESSIVE_REPEAT)
Parsed = list[tuple[Any, Any]]


def attacks(pattern: re.Pattern[str]) -> Iterator[tuple[str, str, str]]:
    """Beginning, what is repeated, and ending, for every repeat of an expression."""
    parsed = _parser.parse(pattern.pattern, pattern.flags).data
    whole = example(parsed)
    pumped = [("", pump) for pump in (whole, whole[:-1])]
    for before, body in repeats(parsed, ""):
        pumped += [(start, pump) for start in (before, "") for pump in [example(body), *matching(body, pattern.flags)]]
    for before, pump in dict.fromkeys(pumped):
        yield from ((before, pump, ending) for ending in ENDINGS if pump)


def repeats(parsed: Parsed, before: str) -> Iterator[tuple[str, Parsed]]:
    """The repeats of an expression without an end in sight, each with an example of what must stand before it."""
    for operator, argument in parsed:
        if operator in REPEATS:
            _, most, body = argument
            if most >= MANY:
                yield before, list(body)
            yield from repeats(list(body), before)
        else:
            for branch in branches(operator, argument):
                yield from repeats(branch, before)
        before += example([(operator, argument)])


def looks_back(operator: Any, argument: Any) -> bool:
    """Whether it is an assertion of what stands before."""
    return operator is _constants.ASSERT and argument[0] < 0


def branches(operator: Any, argument: Any) -> list[Parsed]:
    """The expressions inside one that is no repeat."""
    if operator is _constants.BRANCH:
        return [list(branch) for branch in argument[1]]
    if operator is _constants.SUBPATTERN:
        return [list(argument[-1])]
    if operator in (_constants.ASSERT, _constants.ASSERT_NOT):
        return [list(argument[1])]
    return [list(argument)] if operator is _constants.ATOMIC_GROUP else []


def example(parsed: Parsed) -> str:
    """A short text that an expression matches, as far as it is easy to tell."""
    text = ""
    for operator, argument in parsed:
        if operator is _constants.LITERAL:
            text += chr(argument)
        elif operator in (_constants.IN, _constants.NOT_LITERAL, _constants.ANY):
            text += next(iter(matching([(operator, argument)], 0)), "")
        elif operator in REPEATS:
            text += example(list(argument[2])) * min(argument[0], MANY)
        elif operator in (_constants.BRANCH, _constants.SUBPATTERN, _constants.ATOMIC_GROUP) or looks_back(
            operator, argument
        ):
            text += next((example(each) for each in branches(operator, argument)), "")
    return text


def matching(body: Parsed, flags: int) -> list[str]:
    """The characters of the palette, and those that the expression itself names, that it matches as a whole."""
    own = {chr(argument) for operator, argument in body if operator is _constants.LITERAL}
    sets = [inner for operator, argument in body if operator is _constants.IN for inner in argument]
    own |= {chr(argument) for operator, argument in sets if operator is _constants.LITERAL}
    own |= {chr(argument[0]) for operator, argument in sets if operator is _constants.RANGE}
    state = _parser.State()
    state.flags = flags
    try:
        compiled = _compiler.compile(_parser.SubPattern(state, body), flags)
    except (re.error, IndexError):  # it refers to a group outside
        return []
    return [character for character in dict.fromkeys([*PALETTE, *sorted(own)]) if compiled.fullmatch(character)][:12]


def work(expression: Expression, text: str, tries: int) -> float:
    """The least time that all uses of an expression took on a text."""
    least = float("inf")
    for _ in range(tries):
        began = perf_counter()
        for method in expression.methods & {"match", "fullmatch"}:
            getattr(expression.pattern, method)(text)
        if expression.methods - {"match", "fullmatch"}:
            for _ in expression.pattern.finditer(text):
                pass
        least = min(least, perf_counter() - began)
    return least


def blows_up(expression: Expression, attack: tuple[str, str, str]) -> bool:
    """Whether work grows much faster than a text: seen on short ones first, where it might never end on a long one."""
    before, pump, ending = attack

    def grows(short: int, long: int, bound: float, tries: int) -> bool:
        texts = (before + pump * (size // len(pump)) + ending for size in (short, long))
        # What delays the short one would hide how much longer the long one takes, and the next may never end.
        first, second = (work(expression, text, times) for text, times in zip(texts, (5, tries), strict=True))
        return second > bound * first

    # The first are for what would take for ever; there bounds are wide, since a repeat that is bounded may still be growing.
    steps = ((8, 16, 100), (16, 32, 100), (32, 64, 100), (64, 128, 12), (128, SHORT, BOUND), (SHORT, LONG, BOUND))
    return any(grows(*step, tries=1) and grows(*step, tries=5) for step in steps)
