"""From a question to a card, without Discord."""

import asyncio
from dataclasses import replace

import pytest
import structlog

from bot.errors import SlowAnswerError
from bot.questions.pipeline import Request, card_for
from bot.questions.runtime import InProgress, Runtime
from bot.storage.store import Storage
from tests.bot.fakes import MEMORY, FakeEngine, settings, texts


@pytest.fixture
def engine():
    return FakeEngine()


@pytest.fixture
async def runtime(engine):
    storage = await Storage.open(MEMORY)
    runtime = Runtime.start(settings(concurrency=2, max_question_characters=20), engine, storage)
    yield runtime
    engine.go.set()
    runtime.workers.close()
    await storage.close()


async def shown(runtime, text, language="zh-TW"):
    return texts((await card_for(runtime, Request(text, language))).to_components())


async def test_card_for_question_is_answered_and_logged_under_one_reference(runtime, engine):
    with structlog.testing.capture_logs() as records:
        card = await shown(runtime, " where\u200b?\x00 <:smile:1300000000000000009> ")
    assert engine.asked == ["where?"]
    assert card[:2] == ["-# Question: where?", "**The report says:**"]
    assert card[-1].endswith(f"reference {records[0]['reference']}")
    assert {**records[0], "reference": ""} == {
        "event": "answered",
        "log_level": "info",
        "reference": "",
        "verdict": "answered",
        "confidence": 0.8,
        "elapsed_ms": 1.0,
    }


@pytest.mark.parametrize("text", ["", " \n", "😀👍", "<a:wave:1300000000000000009>", "\u200b\x00\ud800", "?!…"])
async def test_card_for_question_without_words_asks_for_words_and_skips_search(runtime, engine, text):
    assert await shown(runtime, text) == ["請用文字寫下想問的問題。"]
    assert await shown(runtime, text, "en") == ["Please write your question in words."]
    assert engine.asked == []


async def test_card_for_question_too_long_tells_length_and_limit(runtime, engine):
    told = "This question has 10000 characters, more than the 20 allowed. Please put it in a sentence or two."
    assert await shown(runtime, "x" * 10_000, "en") == [told]
    assert engine.asked == []
    assert len(await shown(runtime, "x" * 20, "en")) == 5


async def test_card_for_engine_error_shows_reference_of_log_record(runtime):
    with structlog.testing.capture_logs() as records:
        card = await shown(runtime, "fail", "en")
    reference = records[0]["reference"]
    told = "Something went wrong and I can't answer this now. Please try again later."
    assert card == [told, f"-# reference {reference}"]
    assert [(record["event"], str(record["exc_info"])) for record in records] == [("failed", "cannot answer fail")]


async def test_runtime_ask_runs_at_most_configured_concurrency(runtime, engine):
    asking = [asyncio.create_task(runtime.ask(f"slow {number}")) for number in range(4)]
    while len(engine.asked) < 2:
        await asyncio.sleep(0)
    assert (engine.at_once, len(engine.asked)) == (2, 2)
    engine.go.set()
    answers = await asyncio.gather(*asking)
    assert [answer.question for answer in answers] == [f"slow {number}" for number in range(4)]
    assert engine.most_at_once == 2


async def test_runtime_ask_patience_exceeded_raises_slow_answer_error(runtime):
    with pytest.raises(SlowAnswerError, match=r"no answer within 0\.01 s"):
        await replace(runtime, patience=0.01).ask("slow")


async def test_in_progress_ended_returns_false_until_all_work_ends():
    in_progress = InProgress()
    assert await in_progress.ended(0.01)
    with in_progress.one():
        with in_progress.one():
            pass
        assert not await in_progress.ended(0.01)
    assert await in_progress.ended(0.01)
