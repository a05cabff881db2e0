"""Calls of several threads made as one: everybody gets their own result, and nobody waits for ever."""

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest

from index.encoding.micro_batching import MicroBatcher


class Doubling:
    """Doubles numbers, remembers who was served with whom, and holds the first call until it is let go."""

    def __init__(self) -> None:
        self.served: list[list[int]] = []
        self.begun, self.go = threading.Event(), threading.Event()

    def __call__(self, numbers: Sequence[int]) -> list[int]:
        self.served.append(list(numbers))
        self.begun.set()
        assert self.go.wait(20)
        if 13 in numbers:
            raise ValueError("thirteen")
        return [2 * number for number in numbers]


def test_micro_batcher_single_call_runs_alone() -> None:
    doubling = Doubling()
    doubling.go.set()
    assert MicroBatcher(doubling, 4)(5) == 10
    assert doubling.served == [[5]]


def crowd(doubling: Doubling, most: int, numbers: Sequence[int]) -> list[object]:
    """What comes of calls, all but the first made while the first runs."""
    coalesced = MicroBatcher(doubling, most)

    def call(number: int) -> object:
        try:
            return coalesced(number)
        except ValueError as error:
            return str(error)

    with ThreadPoolExecutor(len(numbers)) as threads:
        first = threads.submit(call, numbers[0])
        assert doubling.begun.wait(20)
        others = [threads.submit(call, number) for number in numbers[1:]]
        while len(coalesced._waiting) < len(others):
            threading.Event().wait(0.001)
        doubling.go.set()
        return [each.result(20) for each in (first, *others)]


def test_micro_batcher_waiting_calls_run_in_one_batch() -> None:
    doubling = Doubling()
    assert crowd(doubling, 3, [1, 2, 3, 4, 5]) == [2, 4, 6, 8, 10]
    assert doubling.served[0] == [1]
    assert [len(served) for served in doubling.served] == [1, 3, 1]
    assert sorted(doubling.served[1] + doubling.served[2]) == [2, 3, 4, 5]


def test_micro_batcher_error_is_raised_only_for_its_batch() -> None:
    doubling = Doubling()
    assert crowd(doubling, 8, [1, 13, 3]) == [2, "thirteen", "thirteen"]
    assert MicroBatcher(doubling, 8)(4) == 8


def test_micro_batcher_too_few_results_raise_value_error() -> None:
    with pytest.raises(ValueError, match="shorter"):
        MicroBatcher[int, int](lambda _: [], 4)(1)
