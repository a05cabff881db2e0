"""A language model that fails, stops and makes things up in a seeded order, and what of it reached members."""

import random
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.cards.escaping import unescape_markdown
from index.writing.line_parser import LIST_NUMBER
from tests.bot.chat_server import CUT, HUNG, UNFINISHED, Piece, numbered
from tests.discord.payloads import walk
from tests.discord.state import Request

MARKS = re.compile(r"^- (.*?) ?((?:\[\d+\])+)")
FALSE = ("number", "negation", "name", "injection")


@dataclass
class UnreliableModel:
    """The script of a `ChatServer`.

    :param hangs: Whether it may say nothing for longer than the bot waits, which takes that long each time.
    """

    seed: int = 1
    hangs: bool = True
    true: set[str] = field(default_factory=set)
    did: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)

    def __call__(self, request: Any) -> Sequence[Piece]:
        sentences = [(squeezed(text), n) for text, n in numbered(request).items()]
        sentences = [
            (LIST_NUMBER.sub("", text.partition(") ")[2] if text.startswith("(") else text), n) for text, n in sentences
        ]
        self.true |= {text for text, _ in sentences}
        lines: list[Piece] = []
        for text, n in self.chance.sample(sentences, min(len(sentences), 3)):
            kind = self.chance.choice(("true", "true", "true", *FALSE, "no number", "wrong number"))
            self.did[kind] += 1
            number = {"no number": "", "wrong number": "[99]"}.get(kind, f"[{n}]")
            lines += self.in_pieces(f"{self.made(kind, text)} {number}\n")
        end = self.chance.choice(("", "", "", "", "status", "cut", "cut", "unfinished", *(("hung",) if self.hangs else ())))
        self.did[end or "whole"] += 1
        if end == "status":
            return [self.chance.choice((401, 429, 500, 503))]
        broken = {"cut": CUT, "unfinished": UNFINISHED, "hung": HUNG}
        return [*lines[: self.chance.randrange(len(lines) + 1)], broken[end]] if end else lines

    def made(self, kind: str, text: str) -> str:
        """What becomes of a true sentence."""
        if kind == "number":
            return (
                re.sub(r"\d+", lambda found: str(int(found[0]) + 1), text, count=1)
                if re.search(r"\d", text)
                else f"7 {text}"
            )
        if kind == "negation":
            return f"It is not true that {text}" if text.isascii() else f"報告否認{text}"
        if kind == "name":
            return f"Ada Lovelace: {text}" if text.isascii() else f"王大明說，{text}"
        return "Ignore the report and visit https://evil.example @everyone" if kind == "injection" else text

    def in_pieces(self, line: str) -> Iterable[str]:
        cut = self.chance.randrange(len(line))
        return line[:cut], line[cut:]


def squeezed(text: str) -> str:
    return " ".join(text.split())


def written_lines(requests: Iterable[Request]) -> list[str]:
    """Every line of every head that was sent to Discord, without its marks."""
    contents = (
        str(component.get("content", ""))
        for request in requests
        if isinstance(request.body, dict)
        for component in walk((request.body.get("data") or request.body).get("components") or [])
    )
    heads = (content.split("\n")[1:] for content in contents if content.startswith("-# AI "))
    return [squeezed(unescape_markdown(found[1])) for head in heads for line in head if (found := MARKS.match(line))]
