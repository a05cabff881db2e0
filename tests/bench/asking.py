"""What is asked of every side that is measured, and what is measured of its answers."""

import ctypes
import gc
import statistics
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from itertools import count, islice
from pathlib import Path
from typing import Any

import psutil

ROOT = Path(__file__).parents[2]
QUESTIONS = (
    "OGP 是什麼組織？",
    "峰會有哪些主題？",
    "誰代表加拿大出席？",
    "韓國政府做了哪些事？",
    "開放政府為什麼需要信任？",
    "數位落差怎麼解決？",
    "臺灣的行動方案有什麼內容？",
    "第二天討論什麼？",
    "What did the report recommend?",
    "Who moderated the panel on corruption?",
    "哪些組織的代表談到貪腐？",
    "OECD 做了什麼？",
)
WARM, IN_FLIGHT, ASKED_AT_ONCE = 240, (1, 8, 64), 256
# How many of an index are loaded into one process to tell what one takes, unless fewer take bytes enough.
COPIES, ENOUGH = 128, 100e6
Figures = dict[str, float]
Ask = Callable[[str], Any]


def new_questions() -> Iterable[str]:
    """Questions that nobody asked before, so that nothing is remembered: those above with a number."""
    return (f"{QUESTIONS[number % len(QUESTIONS)]} ({number})" for number in count())


def asked(ask: Ask) -> Figures:
    """Time of warm questions, questions a second, and memory."""
    questions = iter(new_questions())
    ask(next(questions))
    # From the start of the process; whoever measures from outside adds what Python takes to begin.
    figures = {"cold start to first answer s": time.time() - psutil.Process().create_time()}
    for question in islice(questions, 24):
        ask(question)
    times = [timed(ask, question) * 1000 for question in islice(questions, WARM)]
    percentiles = statistics.quantiles(times, n=100)
    figures |= {f"warm question p{percent} ms": percentiles[percent - 1] for percent in (50, 95, 99)}
    for threads in IN_FLIGHT:
        with ThreadPoolExecutor(threads) as pool:
            began = time.perf_counter()
            list(pool.map(ask, islice(questions, ASKED_AT_ONCE)))
            figures[f"questions a second, {threads} in flight"] = ASKED_AT_ONCE / (time.perf_counter() - began)
    return figures | {"resident MB": resident() / 1e6}


def bytes_in_memory(load: Callable[[], Ask]) -> float:
    """What an index takes once it has answered, beside the model and the libraries: what each of several, loaded one after
    the other, adds to the resident memory; of files that are mapped, the pages that answers have touched."""

    def answering() -> Ask:
        ask = load()
        ask(QUESTIONS[0])
        return ask

    kept = [answering()]  # the first brings what is there once
    tidy()
    before = resident()
    while len(kept) <= COPIES and resident() - before < ENOUGH:
        kept.append(answering())
    tidy()
    return (resident() - before) / (len(kept) - 1)


def tidy() -> None:
    """Give back what is free: a small index would find room there."""
    gc.collect()
    ctypes.CDLL(None).malloc_trim(0)


def resident() -> int:
    found: int = psutil.Process().memory_info().rss
    return found


def timed(call: Ask, question: str) -> float:
    began = time.perf_counter()
    call(question)
    return time.perf_counter() - began


def each_ms(call: Ask, asked: Iterable[str] | None = None) -> float:
    """The median time of a call once it is warm; of new questions, if no others are given."""
    questions = iter(asked or new_questions())
    for question in islice(questions, 24):
        call(question)
    return statistics.median(timed(call, question) for question in islice(questions, WARM)) * 1000
