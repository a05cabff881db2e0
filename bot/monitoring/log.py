"""Configure logging to stderr, that of discord.py included, without tokens and members' texts.

The message of an exception may quote a question, so it is logged only for kinds that never do.
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
# Credentials of the bot: its token, and interaction tokens in URLs and in events.
SECRETS = (
    (TOKEN_SHAPE, "[token]"),
    (re.compile(r"(/(?:interactions|webhooks)/\d+/)[^/\s?\"\\]+"), r"\1[token]"),
    (re.compile(r"""(["']token\\?["']: ?\\?["'])[^"'\\]+"""), r"\1[token]"),
)
SAFE = (discord.HTTPException, aiohttp.ClientError, OSError, ReportBotError, GenerationError, ModelError)


def set_up_log(*, log_questions: bool = False, as_json: bool = False, level: int = logging.INFO) -> None:
    """Send the records of structlog and the standard library to stderr in one format.

    :param log_questions: Whether records may contain members' texts.
    :param as_json: Whether each record is a JSON object instead of a readable line.
    """
    render: Processor = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if as_json
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    shared_processors: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[*shared_processors, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
    )
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared_processors,
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
    # At INFO it logs every processor variant that it tries to load.
    logging.getLogger("faiss").setLevel(logging.WARNING)
    # At INFO it logs every opening of the database.
    logging.getLogger("alembic").setLevel(logging.WARNING)


def withhold_secrets(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """Remove the keys of members' texts from a record."""
    return {key: value for key, value in event.items() if key not in MEMBER_TEXT}


class Redacting:
    """A processor that renders a record and masks credentials in it."""

    def __init__(self, render: Processor) -> None:
        self.render = render

    def __call__(self, logger: WrappedLogger, name: str, event: EventDict) -> str:
        line = str(self.render(logger, name, event))
        for secret, mask in SECRETS:
            line = secret.sub(mask, line)
        return line


class ExceptionLog:
    """A processor that replaces `exc_info` with a traceback. Messages of unsafe exceptions need `with_text`."""

    def __init__(self, *, with_text: bool) -> None:
        self.with_text = with_text

    def __call__(self, _: WrappedLogger, __: str, event: EventDict) -> EventDict:
        raised = event.pop("exc_info", None)
        error = raised[1] if isinstance(raised, tuple) else sys.exc_info()[1] if raised is True else raised
        if isinstance(error, BaseException):
            event["exception"] = "\n".join(self.lines(error))
        return event

    def lines(self, error: BaseException) -> Iterator[str]:
        """Yield the parts of the traceback, with the oldest exception of the chain first."""
        earlier = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
        if earlier:
            yield from self.lines(earlier)
            yield "which led to"
        yield "".join(traceback.format_tb(error.__traceback__)).rstrip()
        shows_text = self.with_text or isinstance(error, SAFE)
        yield f"{type(error).__name__}: {error}" if shows_text else type(error).__name__
