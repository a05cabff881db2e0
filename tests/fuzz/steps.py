"""A matcher that backtracks as `re` does and counts its steps: how much work a text is, the same on every machine."""

import re
from collections.abc import Iterator
from re import _compiler, _constants, _parser  # type: ignore[attr-defined]
from typing import Any

Nodes = list[tuple[Any, Any]]
CHARACTERS = (_constants.LITERAL, _constants.NOT_LITERAL, _constants.ANY, _constants.IN)
MAX, MIN, POSSESSIVE = _constants.MAX_REPEAT, _constants.MIN_REPEAT, _constants.POSSESSIVE_REPEAT


class TooManySteps(Exception):  # noqa: N818 - it stops the count, and is no error
    """The matcher took as many steps as it may."""


class Matcher:
    """Matches one expression to `text`. Each try of a node of the expression at a place of the text is a step.

    Backreferences and flags of groups are not known to it.
    """

    def __init__(self, pattern: re.Pattern[str]) -> None:
        self.flags = pattern.flags
        self.nodes: Nodes = _parser.parse(pattern.pattern, pattern.flags).data
        self.text, self.steps, self.limit = "", 0, 0
        self._compiled: dict[Any, re.Pattern[str]] = {}

    def count_steps(self, methods: frozenset[str], text: str, limit: int) -> int:
        """Count the steps of all uses of the expression on a text, but no more than `limit`."""
        self.text, self.steps, self.limit = text, 0, limit
        try:
            if "match" in methods:
                next(self.ends(self.nodes, 0), None)
            if "fullmatch" in methods:
                any(end == len(text) for end in self.ends(self.nodes, 0))
            if methods - {"match", "fullmatch"}:
                list(self.spans())
        except TooManySteps:
            pass
        return self.steps

    def spans(self) -> Iterator[tuple[int, int]]:
        """Yield what `finditer` finds: beginning and end of each match."""
        at, last = 0, -1  # where the latest empty match was; no other may follow it there
        while at <= len(self.text):
            end = next((end for end in self.ends(self.nodes, at) if end > at or at != last), None)
            if end is None:
                at += 1
            else:
                yield at, end
                at, last = end, end if end == at else -1

    def ends(self, nodes: Nodes, at: int, first: int = 0) -> Iterator[int]:
        """Yield where the nodes from number `first` on can end, in the order in which `re` tries that."""
        if first == len(nodes):
            yield at
            return
        for end in self.ends_of(*nodes[first], at):
            yield from self.ends(nodes, end, first + 1)

    def ends_of(self, operator: Any, argument: Any, at: int) -> Iterator[int]:
        """Yield where one node can end."""
        if operator in CHARACTERS or operator is _constants.AT:
            if (end := self.end_of_one(operator, argument, at)) is not None:
                yield end
        elif operator is _constants.BRANCH:
            for branch in argument[1]:
                yield from self.ends(branch.data, at)
        elif operator is _constants.SUBPATTERN and not any(argument[1:-1]):
            yield from self.ends(argument[-1].data, at)
        elif operator is _constants.ATOMIC_GROUP:
            yield from first_of(self.ends(argument.data, at))
        elif operator in (_constants.ASSERT, _constants.ASSERT_NOT):
            if self.holds(*argument, at) is (operator is _constants.ASSERT):
                yield at
        elif operator in (MAX, MIN, POSSESSIVE):
            least, most, body = argument
            ends = self.repeated_ends(least, most, body.data, operator is MIN, at)
            yield from first_of(ends) if operator is POSSESSIVE else ends
        else:
            raise NotImplementedError(str(operator))

    def holds(self, direction: int, inner: Any, at: int) -> bool:
        """Tell whether what is asserted stands here, or before here."""
        start = at - inner.getwidth()[0] if direction < 0 else at
        return start >= 0 and next(self.ends(inner.data, start), None) is not None

    def repeated_ends(self, least: int, most: int, body: Nodes, lazy: bool, at: int) -> Iterator[int]:
        """Yield where a repeat can end, the shortest first if it is lazy."""
        if len(body) == 1 and body[0][0] in CHARACTERS:
            yield from self.run_ends(least, most, body[0], lazy, at)
            return
        if lazy and least <= 0:
            yield at
        if most > 0:
            for end in self.ends(body, at):
                if end > at or least > 0:
                    yield from self.repeated_ends(least - 1, most - 1, body, lazy, end)
        if not lazy and least <= 0:
            yield at

    def run_ends(self, least: int, most: int, node: tuple[Any, Any], lazy: bool, at: int) -> Iterator[int]:
        """Yield the same for a single character, however many of it there are."""
        shortest, longest = at + least, at + most
        while True:
            if lazy and at >= shortest:
                yield at
            if at == longest or self.end_of_one(*node, at) is None:
                break
            at += 1
        if not lazy:
            for end in range(at, shortest - 1, -1):
                self.step()
                yield end

    def end_of_one(self, operator: Any, argument: Any, at: int) -> int | None:
        """Tell where a character, or an anchor, ends."""
        self.step()
        key = id(argument) if operator is _constants.IN else (operator, argument)
        if key not in self._compiled:
            state = _parser.State()
            state.flags = self.flags
            self._compiled[key] = _compiler.compile(_parser.SubPattern(state, [(operator, argument)]), self.flags)
        found = self._compiled[key].match(self.text, at)
        return found.end() if found else None

    def step(self) -> None:
        self.steps += 1
        if self.steps >= self.limit:
            raise TooManySteps


def first_of(ends: Iterator[int]) -> Iterator[int]:
    """Yield the first alone, which is what cannot be gone back on."""
    yield from (end for end, _ in zip(ends, range(1), strict=False))
