"""Define the errors that this package raises, and the sentence that members see for any error.

ReportBotError
├── TokenError         DISCORD_TOKEN is missing, malformed or refused
├── IntentError        Discord does not grant an intent that the configuration asks for
├── StartError         Discord cannot be reached, or does not let the bot start
├── SlowAnswerError    the engine did not answer a question in time
├── BusyError          the queue of questions is full
├── LateError          an interaction could not be acknowledged in time
├── LeavingError       the bot stops while a question waits
├── StorageError       the database cannot be read or written
│   └── ConflictError  the record changed since it was read
├── RulesFileError     a file does not hold the rules of a guild
└── GoneError          a card leads to an entry that is no longer in the index
"""

from typing import NamedTuple

import discord
import structlog

from bot.locale.catalogue import bot_catalogue
from bot.reference_ids import current_reference
from bot.refusals import refusal_cause
from index.errors import QuestionError, ReportIndexError
from index.text.localization import Language

log = structlog.get_logger(__name__)


class ReportBotError(Exception):
    """Base class; `str(error)` is one line for the operator."""


class TokenError(ReportBotError):
    """The token is missing or malformed, or Discord refuses it."""


class IntentError(ReportBotError):
    """Discord does not grant an intent that the configuration asks for."""


class StartError(ReportBotError):
    """Discord cannot be reached, or does not let the bot start."""


class SlowAnswerError(ReportBotError):
    """The engine did not answer a question in time."""


class BusyError(ReportBotError):
    """The queue of questions is full."""


class LateError(ReportBotError):
    """An interaction could not be acknowledged within Discord's three seconds."""


class LeavingError(ReportBotError):
    """The bot stops while a question waits."""


class StorageError(ReportBotError):
    """The database cannot be read or written: it is locked, read-only, of a newer version, or no database at all."""


class ConflictError(StorageError):
    """The record to be written has changed since it was read."""


class RulesFileError(ReportBotError):
    """A file does not hold the rules of a guild.

    :param keys: The keys that are unknown or have a wrong value; none if the file cannot be read at all.
    """

    def __init__(self, keys: tuple[str, ...] = ()) -> None:
        super().__init__(f"settings file: {', '.join(keys) or 'no JSON object in UTF-8'}; use a file of /settings export")
        self.keys = keys


class GoneError(ReportBotError):
    """A card leads to an entry that is no longer in the index."""


# The first matching type decides. Other errors get a generic sentence: their own text may contain members' words or secrets.
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

UNKNOWN_INTERACTION = 10062  # Discord's error code for an interaction that has expired
# Overload and restart cause these. Like refusals by Discord, they are logged without a traceback.
EXPECTED = (BusyError, LateError, LeavingError)


class Explanation(NamedTuple):
    """The sentence that a member sees for an error, and the reference under which the log has the details."""

    sentence: str
    reference: str


def explain_error(error: BaseException, language: Language) -> Explanation:
    """Log an error and explain it to a member.

    :return: One sentence, never the error's own text, and the reference of the log entry.
    """
    reference = current_reference()
    cause = refusal_cause(error)
    if cause or isinstance(error, EXPECTED) or getattr(error, "code", None) == UNKNOWN_INTERACTION:
        log.warning("failed", reference=reference, reason=str(error))
    else:
        log.error("failed", reference=reference, exc_info=error)
    kind = next((key for kind, key in SENTENCES if isinstance(error, kind)), "error.unknown")
    key = f"told.{cause}" if cause else kind
    return Explanation(bot_catalogue(language)(key), reference)
