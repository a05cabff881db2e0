"""Answers, sessions and people of hostile text: each is made of a row of texts, so that it can be made of bland ones too."""

from collections.abc import Callable
from dataclasses import replace
from itertools import count

from bot.cards.answer_card import AnswerContext
from index.claims.claim_check import CheckedStatement
from index.claims.facts import Difference
from index.lookup.directory import Directory
from index.models import Answer, Citation, Hit, Office, Passage, Person, Session, Verdict
from tests.bot.fakes import FakeEngine

Say = Callable[[], str]
LINE = 120


TITLES = {"summit": "**A** [b](c) <@1>\n# d" * 9, "harbour": "Harbour"}


def saying(texts: list[str]) -> Say:
    """The texts one after another, over and over."""
    numbers = count()
    return lambda: texts[next(numbers) % len(texts)]


def citation(say: Say, n: int) -> Citation:
    return Citation(n, say() or "q", f"r:{n:04d}", (say(), say()), (1, n), say(), say())


def answer(texts: list[str], verdict: Verdict, *, structured: bool, understood: bool) -> Answer:
    """An answer with a few quotations of two reports, each of which stands in a passage of its own."""
    say = saying(texts)
    reports = enumerate([*TITLES, *TITLES][:3], 1)
    cited = tuple(replace(citation(say, n), passage_id=f"{report}:{n:04d}") for n, report in reports)
    hits = tuple(
        Hit(Passage(each.passage_id, each.report, f"a {each.quote} b", each.section, (1, 1), 0, 9), n, 1.0)
        for n, each in enumerate(cited, 1)
    )
    road = "structure: number of people" if structured else "passages"
    told = f"{say()}\n[1] {say()}"
    return Answer(say(), verdict, 0.5, told, cited, hits, "generation", 1.0, road, understood=say() if understood else "")


def person(say: Say, number: int) -> Person:
    """Somebody whom nobody else is taken for: names are told apart by their letters."""
    return Person(f"{say()[:LINE]}{'abcdefghij'[number]}{number}", say(), say(), say(), bool(number % 2))


def sessions(texts: list[str]) -> tuple[Session, ...]:
    """A session with a part, people and offices, and another one."""
    say = saying(texts)
    first, second, third = (person(say, number) for number in range(3))
    whole = Session(
        *("s01", say(), None, say(), "2030-03-03", "20:00", "24:00", (say(),), (1, 2)),
        *((first,), (second,), say(), (Office(third, say(), say()),)),
    )
    part = replace(whole, id="s01.1", parent="s01", title=say(), section=(*whole.section, say()), start=None, end=None)
    return whole, part, replace(whole, id="s02", title=say(), section=(say(),), date=None)


class TextEngine(FakeEngine):
    """One that answers everything with the same row of texts."""

    def __init__(self, texts: list[str]) -> None:
        found = sessions(texts)
        super().__init__(titles=(texts[0],), directory=Directory(found), sections=tuple(each.section for each in found))
        self.texts = texts
        self.cited = tuple(citation(saying(texts), n) for n in (1, 2))

    def summary(self, _: Session) -> tuple[Citation, ...]:
        return self.cited

    def mentions(self, _: object) -> tuple[Citation, ...]:
        return self.cited

    def passages(self, _: object) -> tuple[Passage, ...]:
        return tuple(Passage(f"r:{n:04d}", "r", text, (text,), (1, 1), 0, 9) for n, text in enumerate(self.texts, 1))


def checked(texts: list[str]) -> tuple[CheckedStatement, ...]:
    """A statement of each kind."""
    say = saying(texts)
    return (
        CheckedStatement(say(), "supported", None, (citation(say, 1),)),
        CheckedStatement(say(), "contradicted", Difference(say(), say(), "number"), (citation(say, 2),)),
        CheckedStatement(say(), "related", None, (citation(say, 3),)),
        CheckedStatement(say(), "unchecked"),
        CheckedStatement(say(), "not_covered"),
    )


def context(number: int) -> AnswerContext:
    """One of several frames."""
    site = "https://site.example" if number % 2 else ""
    return AnswerContext(
        bool(number % 3),
        bool(number % 5),
        bool(number % 7),
        bool(number % 13),
        site,
        "Hello there." if number % 11 else "",
        TITLES if number % 2 else {},
        ("What next?", "And then?") if number % 4 else (),
    )
