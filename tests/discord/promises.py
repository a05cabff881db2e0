"""What this project promises beyond Discord's own rules: no message it sends may notify anybody."""

import re
from typing import Any

WITH_MESSAGE = {4, 7}
MESSAGES = re.compile(r"/channels/\d+/messages(/\d+)?|/webhooks/\d+/[^/]+(/messages/[^/]+)?")


def promise_problems(method: str, path: str, body: Any) -> list[str]:
    """Return what is wrong with the mentions of the message in `body`; a body without a message has none.

    `AllowedMentions.none()` on the client reaches the wire as `{"parse": []}` in every message created or edited:
    in channels, in callbacks of type 4 and 7, in followups and in edits of the original. Deferrals carry no message.
    """
    if path.endswith("/callback"):
        message = body.get("data") or {} if body["type"] in WITH_MESSAGE else None
    else:
        message = body if method in ("POST", "PATCH") and MESSAGES.fullmatch(path) else None
    if message is None:
        return []
    mentions = message.get("allowed_mentions")
    if mentions is None:
        return ["allowed_mentions: missing, so every mention in the text notifies"]
    allowed = [key for key in ("users", "roles", "replied_user") if mentions.get(key)]
    if mentions.get("parse") != [] or allowed:
        return [f"allowed_mentions: {mentions} is not {{'parse': []}}"]
    return []
