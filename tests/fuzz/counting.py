"""Properties over hostile inputs, each input of which is counted under its target as it is put."""

import functools
import inspect
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.errors import StopTest, UnsatisfiedAssumption

NIGHTLY = "nightly"
SLOW = (HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example, HealthCheck.filter_too_much)


@dataclass
class Tally:
    """What was put to a target, and which of its properties did not hold."""

    inputs: int = 0
    failed: set[str] = field(default_factory=set)


TALLIES: dict[str, Tally] = {}


def fuzzed(target: str, quick: int, nightly: int, **inputs: st.SearchStrategy[Any]) -> Callable[[Any], Any]:
    """A test of a target for any inputs: a few in the ordinary suite, always the same; many new ones in the nightly run."""
    at_night = settings.get_current_profile_name() == NIGHTLY

    def decorate(test: Callable[..., None]) -> Any:
        chosen = settings(
            max_examples=nightly if at_night else quick,
            derandomize=not at_night,
            database=None,
            deadline=None,
            print_blob=True,
            suppress_health_check=SLOW,
        )
        return chosen(given(**inputs)(counted(target, test)))

    return decorate


def counted(target: str, test: Callable[..., None]) -> Callable[..., None]:
    """A test that counts its inputs up to the first that fails; what shrinks that one afterwards is no new input."""
    tally, name = TALLIES.setdefault(target, Tally()), f"{test.__module__}.{test.__name__}"

    @functools.wraps(test)
    def put(*args: Any, **inputs: Any) -> None:
        try:
            test(*args, **inputs)
        except (UnsatisfiedAssumption, StopTest):
            raise
        except BaseException:
            tally.inputs += name not in tally.failed
            tally.failed.add(name)
            raise
        tally.inputs += name not in tally.failed

    assert not inspect.iscoroutinefunction(test)
    return put
