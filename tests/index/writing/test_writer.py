"""Whole answers, written by a scripted service over loopback: each of its behaviours ends in a proven head or in none."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from index.chat.chat_service import open_chat_service
from index.claims.claim_check import ClaimChecker
from index.config import WriterOptions
from index.engine import Engine
from index.reading.reader import Window
from index.writing.line_verifier import LineVerifier
from index.writing.writer import Writing, write
from tests.index.tiny import BOATS, BOATS_QUOTE, OIL, OIL_QUOTE
from tests.scripted_chat import BEHAVIOURS, LINES, scripted_chat

FAILING = {
    "status_429": "refused",
    "status_500": "refused",
    "hung_before": "slow",
    "no_events": "malformed",
    "not_json": "malformed",
}


class Credulous:
    """A judge that believes everything, so that what is dropped is dropped by rules."""

    def judge(self, pairs: Sequence[tuple[str, Window]]) -> np.ndarray:
        return np.array([(0.99, 0.005, 0.005)] * len(pairs))


async def written(engine: Engine, behaviour: str, question: str = OIL, **options: float) -> Writing:
    task = engine.writing_task(engine.ask(question))
    assert task is not None
    verifier = LineVerifier(ClaimChecker(engine.answerer, Credulous), engine.verifier.languages)
    async with scripted_chat(behaviour) as chat:
        limits = {"timeout_seconds": 8, "first_line_seconds": 1, "max_tokens": 100, **options}
        return await write(
            task, open_chat_service(WriterOptions(endpoint=chat.address, model="m", **limits)), verifier.verify
        )


async def test_write_true_lines_gives_a_head_of_quotations_from_the_index(engine: Engine) -> None:
    writing = await written(engine, "true_lines")
    assert writing.head is not None
    assert (writing.outcome, writing.tokens, writing.error) == ("written", 123, None)
    assert (writing.head.lines[0].text, writing.head.lines[0].citations) == (OIL_QUOTE, (1,))
    passages = [engine.passage(citation.passage_id) for citation in writing.head.citations]
    assert all(p and c.quote in p.text for p, c in zip(passages, writing.head.citations, strict=True))
    assert [citation.n for citation in writing.head.citations] == list(range(1, len(passages) + 1))


@pytest.mark.parametrize("behaviour", BEHAVIOURS)
@pytest.mark.parametrize("question", [OIL, BOATS])
async def test_write_every_behaviour_shows_only_what_the_report_says(engine: Engine, behaviour: str, question: str) -> None:
    writing = await written(engine, behaviour, question, timeout_seconds=1.5 if "hung" in behaviour else 8)
    said = [line.text for line in writing.head.lines] if writing.head else []
    quotes = [sentence.text for sentence in engine.answerer.searcher.sentences]
    assert [
        line for line in said if not any(line.rstrip("。.") in quote or "在" in line or "和" in line for quote in quotes)
    ] == []
    if behaviour in FAILING:
        assert (writing.outcome, writing.head) == (FAILING[behaviour], None)
    if behaviour in LINES and behaviour not in ("true_lines", "one_false_line"):
        assert (writing.head, writing.error) == (None, None)
        assert writing.outcome in ("unproven", "nothing")


async def test_write_service_that_fails_midway_keeps_what_was_proven(engine: Engine) -> None:
    writing = await written(engine, "hung_within_line", timeout_seconds=1)
    assert writing.head is not None
    assert (writing.outcome, [line.text for line in writing.head.lines]) == ("slow", [OIL_QUOTE])


async def test_write_counts_the_lines_that_were_dropped(engine: Engine) -> None:
    writing = await written(engine, "one_false_line")
    assert writing.head is not None
    assert (writing.head.dropped, dict(writing.draft.reasons)) == (1, {"name": 1})


async def test_write_shows_each_proven_line_once(engine: Engine) -> None:
    task = engine.writing_task(engine.ask(OIL))
    assert task is not None
    shown: list[int] = []

    async def show(draft) -> None:
        shown.append(len(draft.lines))

    async with scripted_chat() as chat:
        service = open_chat_service(WriterOptions(endpoint=chat.address, model="m"))
        verifier = LineVerifier(ClaimChecker(engine.answerer, Credulous), engine.verifier.languages)
        writing = await write(task, service, verifier.verify, show)
    assert shown == list(range(1, len(writing.draft.lines) + 1))


def test_writing_task_numbers_the_answers_own_quotations_first(engine: Engine) -> None:
    answer = engine.ask(OIL)
    task = engine.writing_task(answer)
    assert task is not None
    assert (task.question, task.language, task.generation, task.sources[0].quote) == (
        OIL,
        "en",
        engine.generation,
        OIL_QUOTE,
    )
    assert [source.n for source in task.sources] == list(range(1, len(task.sources) + 1))
    assert len({source.quote for source in task.sources}) == len(task.sources)
    assert f"[1] (Meetings › Autumn lecture; speaker: Dora Wick) {OIL_QUOTE}" in task.messages[1]["content"]


def test_writing_task_is_of_the_complete_question_without_mentions(engine: Engine) -> None:
    answer = replace(engine.ask(f"<@123456789012345678> {BOATS}"), understood="")
    task = engine.writing_task(answer)
    assert task is not None
    assert (task.question, task.language, task.sources[0].quote) == (BOATS, "zh-TW", BOATS_QUOTE)
    followed = engine.writing_task(replace(answer, question="冬天呢？", understood="協會冬天修補什麼？"))
    assert followed is not None
    assert followed.question == "協會冬天修補什麼？"
    assert "123456789012345678" not in "".join(message["content"] for message in task.messages)


@pytest.mark.parametrize(
    "question",
    [
        "hello",
        "",
        "Who chairs the Spring meeting?",
        f"{OIL} {BOATS}",
        "What is the capital of Peru in 1874?",
        "誰主持守塔人座談？",
    ],
)
def test_writing_task_of_look_ups_small_talk_and_refusals_is_none(engine: Engine, question: str) -> None:
    assert engine.writing_task(engine.ask(question)) is None


def test_writing_task_of_an_overview_holds_findings_and_advice(engine: Engine) -> None:
    answer = engine.ask("Summarize the Report of the Harbour Board")
    task = engine.writing_task(answer)
    assert task is None or task.sources[0].quote == answer.citations[0].quote


@pytest.mark.model
def test_verify_line_with_the_real_judge(engine: Engine) -> None:
    task = engine.writing_task(engine.ask(OIL))
    assert task is not None
    lines = (
        f"{OIL_QUOTE} [1]",
        "Each night 40 litres of oil are burnt by the mayor. [1]",
        "The board bought a canal boat. [1]",
    )
    assert [bool(engine.verify_line(task, line).line) for line in lines] == [True, False, False]
