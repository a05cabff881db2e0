"""Runs the fault matrix, the soak and the load, and writes docs/reliability.md: python -m tests.reliability [PART ...]"""

import asyncio
import os
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from pathlib import Path

from bot.storage.store import Storage
from tests.bench.asking import QUESTIONS
from tests.bot.chat_server import ChatServer
from tests.bot.fakes import root
from tests.reliability.digests import Digests, digest_cases, send_while
from tests.reliability.faults import cases
from tests.reliability.load import at, burst, crowd
from tests.reliability.matrix import suffer
from tests.reliability.process import running
from tests.reliability.soak import HARMLESS, Soak
from tests.reliability.unreliable_model import UnreliableModel, written_lines

NO_FAULTS = ("new index", "digest due")
PAGE = root() / "docs/reliability.md"
OUTAGE_SECONDS, EACH, STRIKES = 30.0, 16, 7
DIGESTS = 10  # that each fault strikes
SOAKED, WARM_UP = 2000, 500
AT_ONCE, BOUND = 200, 100
WRITER_IDLE = 0.5  # seconds after a reply of the language model, before the next question is asked
CROWDS, MEMBERS, RUNS = (200, 500, 1000), 300, 3


async def matrix() -> str:
    """A row a fault."""
    rows = [
        "| fault | times injected | questions | answered | failed clearly | lost | duplicated |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    totals = [0] * 6
    for case in cases(OUTAGE_SECONDS):
        long = case.name.startswith("Discord down")
        outcome = await suffer(case, EACH, 1 if long else STRIKES, real_time=True)
        told = outcome.account
        figures = [outcome.injected, told.questions, told.answered, told.failed, told.lost, told.duplicated]
        totals = [total + figure for total, figure in zip(totals, figures, strict=True)]
        rows.append(row(case.name, figures))
        report(rows[-1])
    return "\n".join([*rows, row("**all**", totals), "", await digests()])


async def digests() -> str:
    """A sentence on the weekly digests that become due while a fault strikes."""
    faults, owed, lost, duplicated = digest_cases(), 0, 0, 0
    for case in faults:
        _, made = await send_while(case, DIGESTS)
        owed, lost, duplicated = owed + made.owed, lost + made.lost, duplicated + made.duplicated
        report(f"digests, {case.name}: {made.owed}, {made.lost} lost, {made.duplicated} duplicated")
    return (
        f"Weekly digests that become due while {len(faults)} of these faults strike: {owed}, of these {lost} lost and "
        f"{duplicated} duplicated."
    )


async def soak() -> str:
    """What became of thousands of questions, and of the memory."""
    resident: list[float] = []
    with tempfile.TemporaryDirectory() as folder:
        async with running(Path(folder)) as (fake, program):

            def measure(number: int) -> None:
                if number >= WARM_UP:
                    resident.append(program.resident)
                report(f"{number} asked, {program.resident:.0f} MB")

            async def swap() -> None:
                await asyncio.to_thread(program.publish_again)

            storage = await Storage.open(program.storage)
            due = Digests(fake, storage)
            await due.begin()
            made = Soak(fake, program.records, swap, QUESTIONS, SOAKED, measure, digests=due)
            told = await made.run()
            await storage.close()
            measure(SOAKED)
            swaps = sum(record["event"] == "new index" for record in program.records())
            lag, identifies = await program.metric("report_bot_event_loop_longest_lag_seconds"), len(fake.gateway.identifies)
            status = await program.stop()
            broken = sorted({violation.rule for violation in fake.drain()} - HARMLESS)
    # Medians, since two generations are in memory for a moment at each swap.
    early, late = statistics.median(resident[:5]), statistics.median(resident[-5:])
    struck = ", ".join(f"{name} {times}" for name, times in sorted(made.struck.items()) if name not in NO_FAULTS)
    return (
        f"{told.questions} questions, {sum(n for name, n in made.struck.items() if name not in NO_FAULTS)} faults, "
        f"{swaps} index reloads: "
        f"{told.answered} answered, {told.failed} failed clearly, {told.lost} lost, {told.duplicated} duplicated. "
        f"{due.owed} weekly digests: {due.lost} lost, {due.duplicated} duplicated. "
        f"{identifies} IDENTIFY and {len(fake.gateway.resumes)} RESUMEs; "
        f"resident memory {early:.0f} MB after {WARM_UP} questions, {late - early:+.0f} MB at the end, "
        f"{max(resident):.0f} MB at most; "
        f"event loop lag {lag * 1000:.0f} ms at most; exit status {status}; violations of Discord's rules: "
        f"{', '.join(broken) or 'none'}.\n\nFaults: {struck}."
    )


async def writer() -> str:
    """What became of thousands of questions, and of what was written, while a language model fails at random."""
    with tempfile.TemporaryDirectory() as folder:
        chat, model = ChatServer(), UnreliableModel()
        chat.script = model
        async with chat.serving():
            table = {"endpoint": chat.endpoint, "model": "unreliable", "first_line_seconds": 1.0, "timeout_seconds": 4.0}
            async with running(Path(folder), writer=table | {"daily_tokens": 100_000_000}) as (fake, program):
                switched = await fake.slash("settings writer", on=True)
                await fake.wait(lambda: switched.answered)

                async def swap() -> None:
                    await asyncio.to_thread(program.publish_again)

                soak = Soak(
                    fake,
                    program.records,
                    swap,
                    QUESTIONS,
                    SOAKED,
                    report,
                    at_once=2,
                    may_ask=lambda: chat.is_idle(WRITER_IDLE),
                )
                told = await soak.run()
                await asyncio.sleep(2 * float(table["timeout_seconds"]))
                outcomes = Counter(record["outcome"] for record in program.records() if record["event"] == "wrote")
                lines = written_lines(fake.requests)
                status = await program.stop()
                broken = sorted({violation.rule for violation in fake.drain()} - HARMLESS)
    invented = [line for line in lines if line not in model.true]
    for line in invented:
        report(f"unproven: {line}")
    return (
        f"{told.questions} questions, {sum(soak.struck.values())} faults: {told.answered} answered, {told.failed} failed "
        f"clearly, {told.lost} lost, {told.duplicated} duplicated. {sum(outcomes.values())} answers to write above: "
        f"{', '.join(f'{name} {times}' for name, times in outcomes.most_common())}. {len(lines)} lines in heads that were "
        f"sent, {len(invented)} of them unproven; at most {chat.most_at_once} requests at a time; exit status {status}; "
        f"violations of Discord's rules: {', '.join(broken) or 'none'}.\n\n"
        f"The model: {', '.join(f'{name} {times}' for name, times in model.did.most_common())}."
    )


async def crowds() -> str:
    """A table of many questions at once."""
    with tempfile.TemporaryDirectory() as folder:
        # The first to run in the folder builds the index, and that needs every core.
        async with running(Path(folder)) as (_, program):
            await program.stop()
        return await crowd_rows(Path(folder))


async def crowd_rows(folder: Path) -> str:
    """A row for so many questions at once: medians of some runs, with the bot on one core and Discord on another."""
    rows = [
        "| at once | acknowledged in time | of these refused at once | median | last | last, worst run |"
        " answered | refused later | lost |",
        "| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    cores = sorted(os.sched_getaffinity(0))
    for number in CROWDS:
        os.sched_setaffinity(0, {cores[-1]})
        runs = []
        for _ in range(RUNS):
            async with running(folder, core=cores[0]) as (fake, program):
                await crowd(fake, QUESTIONS, 12, 12)
                runs.append(await crowd(fake, QUESTIONS, number, MEMBERS))
                await program.stop()
                if broken := {violation.rule for violation in fake.drain()} - HARMLESS - {"never acknowledged"}:
                    raise RuntimeError(f"rules of Discord were broken: {', '.join(sorted(broken))}")
        os.sched_setaffinity(0, set(cores))
        after = [[each.acknowledged_after for each in run.acknowledged] for run in runs]
        lasts = [at(1, each) for each in after]
        counts = [
            (len(each), len(run.refused), len(run.answered), len(run.sent_away))
            for each, run in zip(after, runs, strict=True)
        ]
        acknowledged, refused, answered, sent_away = (int(statistics.median_low(each)) for each in zip(*counts, strict=True))
        lost = max(len(run.acknowledged) - len(run.refused) - len(run.answered) - len(run.sent_away) for run in runs)
        times = (statistics.median(at(0.5, each) for each in after), statistics.median(lasts), max(lasts))
        told = [*(f"{time:.2f} s" for time in times), answered, sent_away, lost]
        rows.append(row(str(number), [acknowledged, refused, *told]))
        report(rows[-1])
    return "\n".join(rows)


async def load() -> str:
    """How soon many at once are served, and what happens beyond the bound."""
    table = await crowds()
    with tempfile.TemporaryDirectory() as folder:
        async with running(Path(folder)) as (fake, program):
            await burst(fake, QUESTIONS, 6, 6)
            made = await burst(fake, QUESTIONS, AT_ONCE // 2, AT_ONCE // 2)
            lag = await program.metric("report_bot_event_loop_longest_lag_seconds")
            await program.stop()
        async with running(Path(folder), waiting=BOUND) as (fake, program):
            await burst(fake, QUESTIONS, 6, 6)
            crowd = await burst(fake, QUESTIONS, 2 * AT_ONCE, BOUND // 2)
            leaving = asyncio.create_task(burst(fake, QUESTIONS, AT_ONCE, 0))
            await fake.wait(lambda: len(fake.calls("POST", "/callback")) >= AT_ONCE + len(crowd.all) + 12)
            began = time.perf_counter()
            status = await program.stop()
            stopped = time.perf_counter() - began
            left = await leaving
    acknowledged = [each.acknowledged_after for each in made.all]
    others, greedy = ([each.answered_after for each in group] for group in (made.others, made.greedy))
    sent_away = crowd.sent_away
    innocent = sum(each in crowd.others for each in sent_away)
    return (
        f"{table}\n\n{AT_ONCE} questions at once, half of them by one member, half by {len(made.others)} others: "
        f"acknowledged within "
        f"{at(0.5, acknowledged):.2f} s (median), {at(1, acknowledged):.2f} s (last); the others are answered within "
        f"{at(0.5, others):.2f} s (median), {at(1, others):.2f} s (last), the one within {at(0.5, greedy):.2f} s and "
        f"{at(1, greedy):.2f} s; {len(made.sent_away)} refused; event loop lag {lag * 1000:.0f} ms at most.\n\n"
        f"{len(crowd.all)} at once with a queue of {BOUND}, {len(crowd.greedy)} of them by one member: "
        f"{len(crowd.all) - len(sent_away)} answered, {len(sent_away)} refused, {innocent} of these of other "
        f"members.\n\nSIGTERM while {len(left.all)} wait: exit status {status} after {stopped:.1f} s, "
        f"{sum(each.answered for each in left.all)} of them with a card."
    )


PARTS: dict[str, Callable[[], Awaitable[str]]] = {"matrix": matrix, "soak": soak, "writer": writer, "load": load}


def row(name: str, figures: Sequence[object]) -> str:
    return f"| {name} | {' | '.join(map(str, figures))} |"


def write(part: str, text: str) -> None:
    """Put a part's text between its marks on the page."""
    page = PAGE.read_text("utf-8")
    begin, end = f"<!-- {part} -->\n", f"<!-- end of {part} -->"
    head, rest = page.split(begin)
    PAGE.write_text(f"{head}{begin}{text}\n{end}{rest.split(end)[1]}", "utf-8")


report = partial(print, file=sys.stderr, flush=True)

if __name__ == "__main__":
    for part in sys.argv[1:] or PARTS:
        write(part, asyncio.run(PARTS[part]()))
