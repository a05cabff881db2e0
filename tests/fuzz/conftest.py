"""The nightly profile, and the table of what was really put to each target."""

import json
from pathlib import Path
from typing import Any

import hypothesis
import pytest

from tests.fuzz.counting import NIGHTLY, TALLIES

hypothesis.settings.register_profile(NIGHTLY, deadline=None)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--fuzz-report", type=Path, metavar="FILE", help="Write the inputs of each fuzz target as JSON.")


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    rows = [(target, tally.inputs, len(tally.failed)) for target, tally in sorted(TALLIES.items()) if tally.inputs]
    file = config.getoption("fuzz_report", default=None)
    if file:
        file.write_text(json.dumps([dict(zip(("target", "inputs", "failures"), row, strict=True)) for row in rows]), "utf-8")
    if file or hypothesis.settings.get_current_profile_name() == NIGHTLY:
        rows.append(("all", sum(row[1] for row in rows), sum(row[2] for row in rows)))
        terminalreporter.section("fuzz")
        for target, inputs, failures in (("target", "inputs", "failures"), *rows):
            terminalreporter.write_line(f"{target:24}{inputs:>10}{failures:>10}")
