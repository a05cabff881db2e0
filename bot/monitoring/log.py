"""Logs to stderr, discord.py's own included. Neither tokens nor what members write get in.

An exception's text may quote a question, so only the kinds that never do are logged with theirs.
"""

import logging
import re
import sys
import traceback
from collections.abc import Iterator

import aiohttp
import discord
import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from bot.errors import ReportBotError
from index.config import TOKEN_SHAPE
from index.errors import GenerationError, ModelError

MEMBER_TEXT = ("question", "content", "text")
# What lets whoever reads it speak for the bot: its own token, and those of interactions, in addresses and in events.
SECRETS = (
    (TOKEN_SHAPE, "[token]"),
    (re.compile(r"(/(?:interactions|webhooks)/\d+/)[^/\s?\"\\]+"), r"\1[token]"),
    (re.compile(r"""(["']token\\?["']: ?\\?["'])[^"'\\]+"""), r"\1[token]"),
)
SAFE = (discord.HTTPException, aiohttp.ClientError, OSError, ReportBotError, GenerationError, ModelError)


def set_up_log(*, log_questions: bool = False, as_json: bool = False, level: int = logging.INFO) -> None:
    """Send structlog's and the standard library's records to stderr, in one form: lines to read, or an object a line."""
    render: Processor = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if as_json
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
    )
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            ExceptionLog(with_text=log_questions),
            *([] if log_questions else [withhold_secrets]),
            Redacting(render),
        ],
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    # It tells of every processor variant that it looked for and does not need.
    logging.getLogger("faiss").setLevel(logging.WARNING)
    # It tells of every opening of the database.
    logging.getLogger("alembic").setLevel(logging.WARNING)


def withhold_secrets(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """Drop what members wrote."""
    return {key: value for key, value in event.items() if key not in MEMBER_TEXT}


class Redacting:
    """Renders a record and blots out the secrets in it."""

    def __init__(self, render: Processor) -> None:
        self.render = render

    def __call__(self, logger: WrappedLogger, name: str, event: EventDict) -> str:
        line = str(self.render(logger, name, event))
        for secret, instead in SECRETS:
            line = secret.sub(instead, line)
        return line


class ExceptionLog:
    """Turns `exc_info` into a traceback, with every exception's text only if `with_text`."""

    def __init__(self, *, with_text: bool) -> None:
        self.with_text = with_text

    def __call__(self, _: WrappedLogger, __: str, event: EventDict) -> EventDict:
        raised = event.pop("exc_info", None)
        error = raised[1] if isinstance(raised, tuple) else sys.exc_info()[1] if raised is True else raised
        if isinstance(error, BaseException):
            event["exception"] = "\n".join(self.lines(error))
        return event

    def lines(self, error: BaseException) -> Iterator[str]:
        """The traceback, oldest exception of the chain first."""
        earlier = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
        if earlier:
            yield from self.lines(earlier)
            yield "which led to"
        yield "".join(traceback.format_tb(error.__traceback__)).rstrip()
        told = self.with_text or isinstance(error, SAFE)
        yield f"{type(error).__name__}: {error}" if told else type(error).__name__
