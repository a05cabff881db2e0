"""The reference under which the log tells of one interaction or message from its arrival to its answer.

A member finds it at the foot of the card and can read it out to the operator.
"""

import base64
import secrets

import structlog

log = structlog.get_logger(__name__)


def new_reference() -> str:
    """Eight base32 characters."""
    return base64.b32encode(secrets.token_bytes(5)).decode("ascii")


def begin_reference(how: str) -> None:
    """Give what arrived, `how` it did, a reference, from here on in the task that handles it."""
    given = new_reference()
    structlog.contextvars.bind_contextvars(reference=given)
    log.info("received", by=how, reference=given)


def current_reference() -> str:
    """The reference of what is being handled; a new one outside of that."""
    bound: str | None = structlog.contextvars.get_contextvars().get("reference")
    return bound or new_reference()
