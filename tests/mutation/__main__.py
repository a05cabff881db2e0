"""Tests the tests: how many mutants of the modules that answer, store and fit cards they notice: python -m tests.mutation

Each mutant runs in a fork of this process, which has loaded the large libraries, against the module's own tests.
"""

import importlib.abc
import importlib.util
import os
import signal
import sys
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

import bm25s  # noqa: F401 - loaded once, for all forks
import discord  # noqa: F401
import faiss  # noqa: F401
import hypothesis
import opencc  # noqa: F401
import pytest
import torch

from tests.mutation.mutants import Mutant, mutants

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs/reliability.md"
BEGIN, END = "<!-- mutants -->\n", "\n<!-- end of mutants -->"
SECONDS, AT_ONCE = 60, 2
PROFILE = "mutants"
OURS = ("index", "bot", "tests")


class Target(NamedTuple):
    group: str
    module: str
    tests: tuple[str, ...]


CARDS = ("tests/bot/test_cards.py", "tests/bot/test_paging.py", "tests/bot/test_escape.py")
TARGETS = (
    Target("answering", "index.answering", ("tests/index/test_answering.py", "tests/index/test_engine.py")),
    Target("store", "index.store", ("tests/index/test_store.py", "tests/index/test_store_faults.py")),
    Target("limits of cards", "bot.paging", CARDS),
    Target("limits of cards", "bot.escape", CARDS),
    Target("limits of cards", "bot.cards", CARDS),
)


class Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Loads one module from a source that is given, and all others as usual."""

    def __init__(self, name: str, source: str) -> None:
        self.name, self.source = name, source

    def find_spec(self, name, path=None, target=None):  # noqa: ARG002
        return importlib.util.spec_from_loader(name, self, origin=name) if name == self.name else None

    def exec_module(self, module):
        module.__file__ = str(ROOT / (self.name.replace(".", "/") + ".py"))
        exec(compile(self.source, module.__file__, "exec"), vars(module))  # noqa: S102 that is what a mutant is for


def survives(target: Target, source: str) -> bool:
    """Whether the module's tests pass with this source."""
    child = os.fork()
    if not child:
        os._exit(run(target, source))
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status) == 0


def run(target: Target, source: str) -> int:
    """In a fork: 0 if the tests pass. Whatever a mutant does, it does not come back from here."""
    signal.alarm(SECONDS)
    nothing = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, 1)
    os.dup2(nothing, 2)
    for name in [name for name in sys.modules if name.partition(".")[0] in OURS]:
        del sys.modules[name]
    sys.meta_path.insert(0, Finder(target.module, source))
    hypothesis.settings.register_profile(PROFILE, max_examples=12, deadline=None, derandomize=True, database=None)
    try:
        return int(
            pytest.main(
                ["-x", "-q", "-p", "no:cacheprovider", "-p", "no:cov", f"--hypothesis-profile={PROFILE}", *target.tests]
            )
        )
    except BaseException:  # noqa: BLE001 a mutant may raise anything
        return 1


def measure(target: Target) -> tuple[int, list[Mutant]]:
    """How many mutants there are, and those that nothing noticed."""
    source = (ROOT / (target.module.replace(".", "/") + ".py")).read_text("utf-8")
    if not survives(target, source):
        raise RuntimeError(f"the tests of {target.module} fail as it is")
    made = list(mutants(source))
    with ThreadPoolExecutor(AT_ONCE) as threads:
        survived = [
            each for each, alive in zip(made, threads.map(lambda m: survives(target, m.source), made), strict=True) if alive
        ]
    for each in survived:
        told(f"{target.module}:{each.line}: survives {each.what}")
    return len(made), survived


def table(results: Iterable[tuple[Target, int, int]]) -> Iterator[str]:
    yield "| group | module | mutants | killed | share |"
    yield "| --- | --- | ---: | ---: | ---: |"
    groups: dict[str, list[int]] = {}
    for target, count, survived in results:
        groups.setdefault(target.group, [0, 0])
        groups[target.group][0] += count
        groups[target.group][1] += count - survived
        yield f"| {target.group} | `{target.module}` | {count} | {count - survived} | {(count - survived) / count:.0%} |"
    for group, (count, killed) in groups.items():
        yield f"| **{group}** | all | {count} | {killed} | {killed / count:.1%} |"


def told(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def main(wanted: list[str]) -> None:
    os.chdir(ROOT)
    torch.set_num_threads(1)
    results = []
    for target in TARGETS:
        if not wanted or target.module in wanted:
            count, survived = measure(target)
            results.append((target, count, len(survived)))
    text = "\n".join(table(results))
    told(text)
    if not wanted:
        head, rest = PAGE.read_text("utf-8").split(BEGIN)
        PAGE.write_text(head + BEGIN + text + END + rest.split(END)[1], "utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
