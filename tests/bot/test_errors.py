"""What a member is told about an error, and what the log holds about it."""

import json
import logging
import re
from unittest import mock

import discord
import pytest
import structlog

from bot.errors import BusyError, LateError, LeavingError, SlowAnswerError, StartError, explain_error
from bot.monitoring import log
from bot.reference_ids import new_reference
from index.errors import GenerationError, QuestionError
from tests.bot.launching import TOKEN

UNKNOWN = "Something went wrong and I can't answer this now. Please try again later."


def forbidden(code: int = 50013) -> discord.Forbidden:
    return discord.Forbidden(response(403, "Forbidden"), {"code": code, "message": "Missing Permissions"})


def unknown_interaction() -> discord.NotFound:
    return discord.NotFound(response(404, "Not Found"), {"code": 10062, "message": "Unknown interaction"})


def response(status: int, reason: str) -> mock.Mock:
    return mock.create_autospec(discord.http.aiohttp.ClientResponse, instance=True, status=status, reason=reason)


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (
            SlowAnswerError("no answer within 60 s"),
            "This question took too long. Please try again later, or ask it more briefly.",
        ),
        (QuestionError("secret"), "I can't search for this question. Please rephrase it."),
        (GenerationError("/secret"), "The report's index is unavailable. Please tell the maintainer."),
        (forbidden(0), "I don't have enough permissions here. Please tell the maintainer."),
        (StartError("secret"), UNKNOWN),
        (RuntimeError("secret"), UNKNOWN),
    ],
)
def test_explain_error_each_error_type_returns_its_sentence_and_logs_exception(error, sentence):
    with structlog.testing.capture_logs() as records:
        explanation = explain_error(error, "en")
    assert explanation.sentence == sentence
    assert re.fullmatch(r"[A-Z2-7]{8}", explanation.reference)
    assert records == [{"event": "failed", "log_level": "error", "reference": explanation.reference, "exc_info": error}]


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (BusyError("500 wait"), "The queue is full."),
        (LateError("too late"), UNKNOWN),
        (LeavingError("the bot leaves"), "I'm restarting. Please ask again in a moment."),
        (forbidden(), "I don't have enough permissions in the channel. Please tell the managers of the server."),
        (unknown_interaction(), UNKNOWN),
    ],
)
def test_explain_error_busy_late_or_leaving_logs_warning_without_traceback(error, sentence):
    with structlog.testing.capture_logs() as records:
        explanation = explain_error(error, "en")
    assert explanation.sentence.startswith(sentence)
    assert records == [{"event": "failed", "log_level": "warning", "reference": explanation.reference, "reason": str(error)}]


def test_explain_error_bound_reference_returns_it_with_localized_sentence():
    with structlog.contextvars.bound_contextvars(reference="ABCD2345"):
        assert explain_error(RuntimeError(), "zh-TW") == ("出了一點問題，這次沒有辦法回答，請稍後再試。", "ABCD2345")


def test_new_reference_hundred_calls_returns_distinct_references():
    assert len({new_reference() for _ in range(100)}) == 100


def test_set_up_log_as_json_writes_one_object_per_line_without_questions(capsys):
    log.set_up_log(as_json=True)
    with structlog.contextvars.bound_contextvars(reference="ABCD2345"):
        structlog.get_logger("x").info("answered", question="my question", verdict="related")
        explain_error(raised(RuntimeError("about my question")), "en")
    answered, failed = map(json.loads, capsys.readouterr().err.splitlines())
    assert (answered["event"], answered["verdict"], answered["reference"]) == ("answered", "related", "ABCD2345")
    assert "question" not in answered
    assert (failed["event"], failed["level"], failed["reference"]) == ("failed", "error", "ABCD2345")
    assert failed["exception"].endswith("RuntimeError")


def raised(error: Exception, cause: Exception | None = None) -> Exception:
    try:
        raise error from cause
    except Exception as caught:  # noqa: BLE001 whichever was given
        return caught


def test_set_up_log_default_keeps_traceback_and_omits_member_text(capsys):
    log.set_up_log()
    with structlog.contextvars.bound_contextvars(reference="ABCD2345"):
        explain_error(raised(RuntimeError("about my question"), raised(KeyError("my question"))), "en")
    structlog.get_logger("x").info("answered", question="my question", verdict="related")
    written = capsys.readouterr().err
    assert "my question" not in written
    assert re.search(r"\[error +\] failed +\[bot.errors\] reference=ABCD2345", written)
    assert written.count("in raised\n") == 2
    assert "\nKeyError\nwhich led to\n" in written
    assert "\nRuntimeError\n" in written
    assert "verdict=related" in written


def test_set_up_log_discord_error_keeps_message_text(capsys):
    log.set_up_log()
    explain_error(raised(forbidden()), "en")
    written = capsys.readouterr().err
    assert "reason='403 Forbidden (error code: 50013): Missing Permissions'" in written
    assert "Traceback" not in written


def test_set_up_log_log_questions_keeps_question_and_error_text(capsys):
    log.set_up_log(log_questions=True)
    structlog.get_logger("x").info("answered", question="my question")
    explain_error(raised(RuntimeError("about my question")), "en")
    written = capsys.readouterr().err
    assert "question='my question'" in written
    assert "RuntimeError: about my question" in written


def test_set_up_log_record_with_token_masks_token(capsys):
    log.set_up_log()
    logging.getLogger("discord").warning("connecting with %s", TOKEN)
    explain_error(raised(OSError(TOKEN)), "en")
    written = capsys.readouterr().err
    assert TOKEN not in written
    assert "connecting with [token]" in written
    assert "OSError: [token]" in written


def test_set_up_log_faiss_loader_drops_info_and_keeps_warning(capsys):
    log.set_up_log()
    logging.getLogger("faiss.loader").info("Could not load library with AVX512 support")
    logging.getLogger("faiss.loader").warning("something is wrong")
    assert "AVX512" not in (err := capsys.readouterr().err)
    assert "something is wrong" in err
