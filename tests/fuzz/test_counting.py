"""Inputs are counted as they are put, and those that only shrink a failure are not."""

import pytest
from hypothesis import strategies as st

from tests.fuzz.counting import TALLIES, fuzzed


def test_fuzzed_inputs_are_counted_until_first_failure():
    @fuzzed("counted", 7, 7, number=st.integers())
    def holds(number):
        seen.append(number)

    @fuzzed("counted", 500, 500, number=st.integers())
    def does_not(number):
        assert number in seen or len(seen) < 10
        seen.append(number)

    seen = []
    try:
        holds()
        assert (TALLIES["counted"].inputs, TALLIES["counted"].failed) == (len(seen), set())
        with pytest.raises(AssertionError):
            does_not()
        assert TALLIES["counted"].inputs == len(seen) + 1
        assert len(TALLIES["counted"].failed) == 1
    finally:
        del TALLIES["counted"]
