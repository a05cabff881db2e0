"""Read the server-sent events of a chat completion as they arrive: bytes to events, and their text to whole lines."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

END = "[DONE]"
DATA = b"data:"
THINKING, THOUGHT = "<think>", "</think>"  # around what a model thinks aloud, each in a line of its own


@dataclass(frozen=True, slots=True)
class ChatEvent:
    """What one event adds.

    :param text: what the model went on to write; may be empty.
    :param finish: why the model ended, such as "stop" or "length"; empty as long as it has not.
    :param tokens: tokens used by the prompt and the reply, if the service says so.
    """

    text: str = ""
    finish: str = ""
    tokens: int | None = None


class EventReader:
    """Turns the bytes of a stream into events. A character or an event may be cut anywhere between two pieces of it."""

    def __init__(self) -> None:
        self.rest = b""

    def feed(self, piece: bytes) -> Iterator[ChatEvent]:
        """Yield the events that a further piece of the stream completes.

        :raises ValueError: if an event is not UTF-8 or not a chunk of a chat completion.
        """
        *lines, self.rest = (self.rest + piece).split(b"\n")
        for line in lines:
            # Other lines are comments, names of events and the blank lines between events.
            if line.startswith(DATA) and (data := line.removeprefix(DATA).decode("utf-8").strip()) != END:
                yield read_event(json.loads(data))


def read_event(chunk: Any) -> ChatEvent:
    """Return the event of a chunk.

    :raises ValueError: if it is none.
    """
    try:
        usage, choices = chunk.get("usage") or {}, chunk.get("choices") or []
        choice = choices[0] if choices else {}
        text, finish, tokens = (
            (choice.get("delta") or {}).get("content"),
            choice.get("finish_reason"),
            usage.get("total_tokens"),
        )
    except (AttributeError, KeyError, TypeError) as error:
        raise ValueError("no chunk of a chat completion") from error
    if "error" in chunk or not isinstance(text or "", str) or not isinstance(tokens or 0, int):
        raise ValueError("no chunk of a chat completion")
    return ChatEvent(text or "", str(finish or ""), tokens)


class LineReader:
    """Turns pieces of text into whole lines, without those in which some models think aloud."""

    def __init__(self) -> None:
        self.rest = ""
        self.is_thinking = False

    def feed(self, text: str) -> Iterator[str]:
        """Yield the lines that a further piece of text completes, without their ends."""
        *lines, self.rest = (self.rest + text).split("\n")
        for line in lines:
            self.is_thinking = self.is_thinking or line.strip().startswith(THINKING)
            if not self.is_thinking:
                yield line
            self.is_thinking = self.is_thinking and THOUGHT not in line

    def end(self) -> str:
        """Return the line that no line end completes; empty if there is none."""
        return "" if self.is_thinking else self.rest
