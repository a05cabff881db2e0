"""Texts that drive an expression's repeats to the utmost and then fail, and how its work grows with their length."""

import re
from collections.abc import Iterator
from re import _compiler, _constants, _parser  # type: ignore[attr-defined]
from typing import Any

from tests.fuzz.patterns import Expression
from tests.fuzz.steps import Matcher

# A few characters of every kind that expressions tell apart.
PALETTE = "aA0_ \t\n中一年日时人。、，：（）「」.,;:-–•'\"!?()[]<>@/|·é\ue000"
ENDINGS = ("", "\0", "a\0")
MANY = 16  # repeats that may go on for so long can be many; fewer cannot
PUMPS = 64
# Twice as long is twice the work where that is linear, and four times where it is quadratic.
BOUND = 3
# Three times what the expression with the most alternatives takes; what grows exponentially takes more.
MOST_STEPS = 300_000
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


def blows_up(expression: Expression, attack: tuple[str, str, str]) -> bool:
    """Whether work grows faster than a text that drives a repeat to the utmost."""
    before, pump, ending = attack
    matcher = Matcher(expression.pattern)
    few, many = (
        matcher.count_steps(expression.methods, before + pump * times + ending, MOST_STEPS) for times in (PUMPS, 2 * PUMPS)
    )
    return many == MOST_STEPS or many > BOUND * few
