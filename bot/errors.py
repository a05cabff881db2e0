"""Every error that this package raises on purpose, and what a member is told about any error.

ReportBotError
├── TokenError         DISCORD_TOKEN is missing, malformed or refused
├── IntentError        Discord does not grant an intent that the configuration asks for
├── StartError         Discord cannot be reached, or does not let the bot start
├── SlowAnswerError    the engine took too long over a question
├── BusyError          too many questions wait already
├── LateError          there were too many commands and clicks to acknowledge all in time
├── LeavingError       the bot is being stopped while a question waits
├── StorageError       what the bot keeps cannot be read or written
│   └── ConflictError  somebody else changed it meanwhile
└── GoneError          a card leads to what the index no longer holds
"""

from typing import NamedTuple

import discord
import structlog

from bot.locale.catalogue import bot_catalogue
from bot.reference_ids import current_reference
from index.errors import QuestionError, ReportIndexError
from index.text.localization import Language

log = structlog.get_logger(__name__)


class ReportBotError(Exception):
    """Base class; `str()` of it is one line, fit to be shown to the operator."""


class TokenError(ReportBotError):
    """A token that is missing or malformed, or that Discord refuses."""


class IntentError(ReportBotError):
    """An intent that the configuration asks for and Discord does not grant."""


class StartError(ReportBotError):
    """Discord cannot be reached, or does not let the bot start."""


class SlowAnswerError(ReportBotError):
    """The engine took too long over a question."""


class BusyError(ReportBotError):
    """Too many questions wait already."""


class LateError(ReportBotError):
    """There were too many commands and clicks to acknowledge all of them within Discord's three seconds."""


class LeavingError(ReportBotError):
    """The bot is being stopped while a question waits."""


class StorageError(ReportBotError):
    """What the bot keeps cannot be read or written: locked, read-only, of a newer version, or no database at all."""


class ConflictError(StorageError):
    """Somebody else changed what is being written since it was read."""


class GoneError(ReportBotError):
    """A card leads to something that the index does not hold any more."""


# The first kind that fits decides; anything else is told as unknown, since its text may hold anything.
SENTENCES: tuple[tuple[type[Exception], str], ...] = (
    (SlowAnswerError, "error.slow"),
    (BusyError, "error.busy"),
    (LeavingError, "error.leaving"),
    (GoneError, "error.gone"),
    (ConflictError, "error.conflict"),
    (StorageError, "error.storage"),
    (QuestionError, "error.question"),
    (ReportIndexError, "error.index"),
    (discord.Forbidden, "error.permission"),
)


# What a crowd or a restart brings about: no traceback would tell more.
UNKNOWN_INTERACTION = 10062  # Discord's answer where it waits no more
EXPECTED = (BusyError, LateError, LeavingError)


class Explanation(NamedTuple):
    """What a member is told about an error; the log tells the operator more under the same reference."""

    sentence: str
    reference: str


def explain_error(error: BaseException, language: Language) -> Explanation:
    """One sentence for a member, never the error's own text, and the reference under which this logs the error."""
    told = current_reference()
    if isinstance(error, EXPECTED) or getattr(error, "code", None) == UNKNOWN_INTERACTION:
        log.warning("failed", reference=told, reason=str(error))
    else:
        log.error("failed", reference=told, exc_info=error)
    key = next((key for kind, key in SENTENCES if isinstance(error, kind)), "error.unknown")
    return Explanation(bot_catalogue(language)(key), told)
