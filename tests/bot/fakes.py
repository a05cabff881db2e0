"""A deterministic engine: it answers from the words of the question and remembers what it was asked."""

import threading
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from bot.app.client import make_bot
from bot.config import BotOptions, BotSettings
from index.claims.claim_check import CheckedStatement
from index.claims.facts import Difference
from index.lookup.directory import Directory
from index.lookup.scopes import describe_scope
from index.models import (
    Answer,
    Citation,
    Hit,
    Passage,
    PersonEntry,
    ReportInfo,
    Scope,
    SectionPath,
    Session,
    Verdict,
    titles_by_report,
)
from index.writing.line_parser import parse_line
from index.writing.prompts import make_messages
from index.writing.written_head import LineVerdict, WritingTask, WrittenLine
from tests.bot.summit import DIRECTORY, SECTIONS
from tests.discord.payloads import walk
from tests.discord.world import logged_in, world

MEMORY = "sqlite+aiosqlite:///:memory:"
GENERATION = "20211217T120000-ab12cd34"
TITLE = "開放政府高峰會報告"
REPORT = ReportInfo(report="summit", title=TITLE, sha256="a" * 64, publisher="**國發會**", licence="CC0")
OPENING = ("貳、過程", "一、開幕")
CLOSING = ("參、心得",)


def passage(number: int, section: tuple[str, ...], text: str = "原文。") -> Passage:
    return Passage(f"p{number}", "summit", text, section, (number, number), 0, len(text))


HITS = (Hit(passage(1, OPENING), 1, 0.9), Hit(passage(2, OPENING), 2, 0.8), Hit(passage(3, CLOSING), 3, 0.7))
SPOKEN = Citation(1, "會議在首爾舉行。", "p1", OPENING, (8, 8), "唐鳳")
FURTHER = Citation(3, "會期共有兩天。", "p2", OPENING, (2, 2), None)
PLAIN = Citation(2, "共有 78 國參加。", "p3", CLOSING, (7, 8), None)


async def expand(fake: Any, card: dict[str, Any], **click: Any) -> None:
    """Press ⋯ below an answer, and wait for its other actions."""
    await fake.click(card, label="⋯", **click)
    await fake.wait(lambda: {"收起", "Fewer"} & {each.get("label") for each in walk(card["components"])})


def answer(question: str, verdict: Verdict = "answered", citations: tuple[Citation, ...] = (SPOKEN, PLAIN), **over: Any):
    values = {"confidence": 0.8, "text": "text", "hits": HITS, "index": GENERATION, "elapsed_ms": 1.0, **over}
    return Answer(question=question, verdict=verdict, citations=citations, **values)


def settings(**bot: Any) -> BotSettings:
    return BotSettings(bot=BotOptions(**{"storage": MEMORY, "web": "", **bot}))


def serving(engine: "FakeEngine", **bot: Any) -> Any:
    """The world of a bot with these settings."""
    return world(lambda connector: make_bot(settings(**bot), engine=engine, connector=connector))


def serving_again(engine: "FakeEngine", fake: Any, **bot: Any) -> Any:
    """Another process of the bot on the same server, such as after a restart; yields what `logged_in` does."""
    return logged_in(fake, lambda connector: make_bot(settings(**bot), engine=engine, connector=connector))


@dataclass
class FakeEngine:
    """`fail` in a question raises, `slow` waits for `go`, `unknown` is not covered, `all` has 90 quotations.

    All else is answered with two.
    """

    generation: str = GENERATION
    titles: tuple[str, ...] = (TITLE,)
    directory: Directory = DIRECTORY
    sections: tuple[SectionPath, ...] = SECTIONS
    reports: tuple[ReportInfo, ...] = (REPORT,)
    asked: list[str] = field(default_factory=list)
    scopes: list[Scope | None] = field(default_factory=list)
    go: threading.Event = field(default_factory=threading.Event)
    suggestions: tuple[str, ...] = ()
    at_once: int = 0
    most_at_once: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    @classmethod
    def load(cls, _: BotSettings) -> "FakeEngine":
        return cls()

    def ask(self, question: str, *, top: int = 10, scope: Scope | None = None) -> Answer:  # noqa: ARG002
        with self.lock:
            self.asked.append(question)
            self.scopes.append(scope)
            self.at_once += 1
            self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            return replace(self._answer(question), scope=scope)
        finally:
            with self.lock:
                self.at_once -= 1

    def _answer(self, question: str) -> Answer:
        if "fail" in question:
            raise RuntimeError(f"cannot answer {question}")
        if "slow" in question:
            self.go.wait(20)
        if "all" in question:
            return answer(question, citations=tuple(replace(PLAIN, n=n, quote=f"共有 {n} 國參加。") for n in range(1, 91)))
        return answer(question, "not_covered", ()) if "unknown" in question else answer(question)

    def complete_question(self, typed: str, language: str, limit: int) -> tuple[str, ...]:
        return (f"{typed} {language}?",)[:limit]

    def suggest_questions(self, _: Answer, __: str) -> tuple[str, ...]:
        return self.suggestions

    def is_follow_up(self, question: str) -> bool:
        return question.startswith("and")

    def follow(self, question: str, earlier: str, *, top: int = 10, scope: Scope | None = None) -> Answer:
        """Every question that begins with `and` leans on the one before."""
        if not self.is_follow_up(question):
            return self.ask(question, top=top, scope=scope)
        complete = f"{earlier} {question}"
        return replace(self.ask(complete, top=top, scope=scope), question=question, understood=complete)

    def check(self, text: str, *, scope: Scope | None = None) -> tuple[CheckedStatement, ...]:
        """A statement a line: `wrong` contradicts, `unknown` is not covered, `fail` raises, all else is supported."""
        if "fail" in text:
            raise RuntimeError(f"cannot check {text}")
        self.scopes.append(scope)
        made = []
        for n, line in enumerate(text.splitlines(), 1):
            if "unknown" in line:
                made.append(CheckedStatement(line, "not_covered"))
            elif "wrong" in line:
                made.append(
                    CheckedStatement(line, "contradicted", Difference("12月", "11月", "date"), (replace(SPOKEN, n=n),))
                )
            else:
                made.append(CheckedStatement(line, "supported", None, (replace(PLAIN, n=n),)))
        return tuple(made)

    def writing_task(self, answer: Answer) -> WritingTask | None:
        """The answer's quotations and a further one; none for a refusal, and where the question says `look-up`."""
        if answer.verdict != "answered" or "look-up" in answer.question:
            return None
        sources = tuple(replace(each, n=n) for n, each in enumerate((*answer.citations[:5], FURTHER), 1))
        question = answer.understood or answer.question
        return WritingTask(question, "en", sources, answer.index, make_messages(question, sources, "en"))

    def verify_line(self, task: WritingTask, raw_line: str) -> LineVerdict:
        """A line is proven if its claim stands in what it cites, word by word, or begins with `translated`."""
        parsed = parse_line(raw_line)
        if parsed is None:
            return LineVerdict(None)
        cited = [source.quote for source in task.sources if source.n in parsed.citations]
        translated = parsed.claim.startswith("translated")
        if len(cited) < max(1, len(parsed.citations)) or not (translated or any(parsed.claim in each for each in cited)):
            return LineVerdict(None, "entailment" if cited else "no_citation")
        return LineVerdict(WrittenLine(parsed.claim, parsed.citations, translated))

    def summary(self, session: Session) -> tuple[Citation, ...]:
        return (SPOKEN, PLAIN) if session.parent is None else ()

    def speech(self, entry: PersonEntry) -> tuple[Citation, ...]:
        return (replace(PLAIN, quote="民主是科技。"),) if entry[0].name == "Ann Poe" else ()

    def mentions(self, entry: PersonEntry) -> tuple[Citation, ...]:
        return (replace(PLAIN, quote=f"由 {entry[0].name} 致詞。"),)

    def passages(self, scope: Scope) -> tuple[Passage, ...]:
        if not scope:
            return tuple(hit.passage for hit in HITS)
        return tuple(passage(n, OPENING, f"{scope.session} 的第 {n} 段。" + "字" * 1500) for n in range(1, 5))

    def describe(self, scope: Scope) -> str:
        return describe_scope(scope, self.directory, titles_by_report(self.reports))

    @property
    def dtype(self) -> str:
        return "bfloat16"

    @property
    def manifest(self) -> Any:
        return SimpleNamespace(id=self.generation, model="letters", dtype="float32", created="2021-12-17T12:00:00Z")

    def source(self, session: Session) -> ReportInfo:
        zone = "Asia/Taipei" if session.start else None
        return ReportInfo(report="summit", title=TITLE, sha256="a" * 64, time_zone=zone)


class ReportEngine(FakeEngine):
    """Its passages have the ids of an index: the report's name, a colon and a number."""

    def _answer(self, question):
        answer = super()._answer(question)
        hits = tuple(replace(hit, passage=replace(hit.passage, id=f"summit:{hit.rank:04}")) for hit in answer.hits)
        citations = tuple(replace(each, passage_id=f"summit:{each.passage_id[1:]:>04}") for each in answer.citations)
        return replace(answer, hits=hits, citations=citations)


def texts(components: list[dict[str, Any]]) -> list[str]:
    """The contents of a card's text displays, in reading order."""
    return [inner["content"] for inner in components[0]["components"] if "content" in inner]


def root() -> Path:
    return Path(__file__).parents[2]
