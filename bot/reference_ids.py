"""Create the reference that ties together all log entries of one interaction or message.

The card shows it in its footer, so that a member can report it to the operator.
"""

import base64
import secrets

import structlog

log = structlog.get_logger(__name__)


def new_reference() -> str:
    """Create a random reference of eight base32 characters."""
    return base64.b32encode(secrets.token_bytes(5)).decode("ascii")


def begin_reference(how: str) -> None:
    """Bind a new reference to the current task and log the arrival of an event.

    :param how: The kind of event, such as `click`.
    """
    reference = new_reference()
    structlog.contextvars.bind_contextvars(reference=reference)
    log.info("received", by=how, reference=reference)


def current_reference() -> str:
    """Return the reference bound to the current task, or a new one."""
    bound: str | None = structlog.contextvars.get_contextvars().get("reference")
    return bound or new_reference()
