"""The refusals that Discord documents, page "Opcodes and Status Codes", JSON error codes: status and text by code."""

from tests.discord.faults import Fault, refused

REFUSALS: dict[int, tuple[int, str]] = {
    10003: (404, "Unknown Channel"),
    10008: (404, "Unknown Message"),
    20016: (403, "This action cannot be performed due to slowmode rate limit"),
    30033: (400, "Maximum number of thread participants reached (1000)"),
    50001: (403, "Missing Access"),
    50007: (403, "Cannot send messages to this user"),
    50013: (403, "Missing Permissions"),
    50083: (400, "Thread is archived"),
    160002: (400, "Cannot reply without permission to read message history"),
    160005: (403, "Thread is locked"),
    160006: (400, "Maximum number of active threads reached"),
    160007: (400, "Maximum number of active announcement threads reached"),
    200000: (400, "Message was blocked by automatic moderation"),
    200001: (400, "Title was blocked by automatic moderation"),
}


def refused_with(code: int, method: str, path: str, *, times: int = 1) -> Fault:
    """Refuse requests with a documented code."""
    status, message = REFUSALS[code]
    return refused(method, path, status=status, code=code, message=message, times=times)
