"""A question -> what each piece of it means: intents, names of what the reports hold, and what remains unexplained."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from rapidfuzz import fuzz

from index.structured_qa import lexicon
from index.structured_qa.lexicon import Meaning
from index.text import gazetteer, normalization
from index.text.dates import DATES
from index.text.normalization import UNSPACED_SCRIPTS, fold_text, phrase_key

if TYPE_CHECKING:
    from index.lookup.directory import Directory

LONGEST = 200  # characters; longer questions say more than any rule understands
MISSPELT = 88  # similarity, 0 to 100, of a whole name that is spelt another way
SURNAME = 4  # characters that a part of a name must have to stand for it

MARK = "\ue000"  # stands for a day in a question's key
LATIN = re.compile(rf"[^\W_{UNSPACED_SCRIPTS}]+(?: [^\W_{UNSPACED_SCRIPTS}]+)*")
IN_WORD = re.compile(rf"[^\W_{UNSPACED_SCRIPTS}]")
DAY_WORDS = re.compile(
    r"[一二三四五六七八九十]{1,2}月[一二三四五六七八九十]{1,3}[日号]|第\s*[一二三四五六七八九十\d]+\s*[天日]|最后一[天日]|首日"
    r"|(?:星期|周|礼拜)[一二三四五六日天1-6]|[月火水木金土日]曜日?|(?<![\d月/.-])\d{1,2}\s*[日号]"
    r"|\bday (?:\d+|one|two|three)\b|\b(?:first|second|third|last|final|\d{1,2}(?:st|nd|rd|th)) day\b"
    r"|\b(?:mon|tues|wednes|thurs|fri|satur|sun)day\b|\b\d{1,2}(?:st|nd|rd|th)\b"
)
# A mark stands in the order of the text, so all patterns are tried at once.
ANY_DAY = re.compile("|".join([*(re.sub(r"\?P<\w+>", "?:", date.pattern) for date in DATES), DAY_WORDS.pattern]))
JAPANESE_DAY = re.compile(r"(?<!\d)(\d+)日目")
# Of several meanings that a piece has, the first of these holds; a word of a question before all of them.
PRECEDENCE = ("kind", "person", "title", "org", "role", "country", "topic", "subject")


@dataclass(frozen=True, slots=True)
class QuestionSpan:
    """A piece of a question: `tag` says what it is, `means` which session ids, names, dates or kinds it stands for."""

    tag: str
    text: str
    means: frozenset[str] = frozenset()


Phrases = Mapping[str, Sequence[QuestionSpan]]


class QuestionParser:
    """Every phrase that means something in a question put to one generation. Immutable; threads may share one."""

    def __init__(self, directory: Directory, titles: Iterable[str], texts: Iterable[str]) -> None:
        self.directory = directory
        self.phrases = collect_phrases(lexicon.report_meanings(directory, titles, texts))
        self._longest = max(map(len, self.phrases), default=0)
        self._from_country = lru_cache(256)(self._people_from)
        self._names = [(phrase_key(person.name), person.name) for person, _ in directory.people]

    def read(self, question: str) -> tuple[tuple[QuestionSpan, ...], tuple[str, ...]]:
        """The pieces of a question in order, and what none of them explains."""
        if len(question) > LONGEST:
            return (), (f"more than {LONGEST} characters",)
        text, days = self._cut_days(fold_text(question.replace(MARK, " ")))
        asked = MARK.join(map(phrase_key, text.split(MARK)))
        spans, rest = cover_text(asked, self.phrases, self._longest)
        if rest and (
            found := collect_phrases([*self._misspelt(asked), *self._surnames(question, rest), *self._looked_up(rest)])
        ):
            spans, rest = cover_text(asked, {**found, **self.phrases}, LONGEST)
        marked = iter(days)
        pieces = [next(marked) if options[0].text == MARK else options for options in spans]
        return settle_spans(pieces), rest

    def _cut_days(self, text: str) -> tuple[str, list[list[QuestionSpan]]]:
        """The text with a mark for every day that it names, and these days."""
        days: list[list[QuestionSpan]] = []
        text = JAPANESE_DAY.sub(r" day \1 ", text)

        def mark(found: re.Match[str]) -> str:
            dates = {session.date for session in self.directory.on_day(found[0].strip()) if session.date}
            if not dates:
                return found[0]
            days.append([QuestionSpan("date", found[0].strip(), frozenset(dates))])
            return f" {MARK} "

        return ANY_DAY.sub(mark, text), days

    def _misspelt(self, asked: str) -> Iterator[Meaning]:
        """Runs of words that are somebody's whole name but for a letter or two."""
        latin = [run.split() for run in LATIN.findall(asked)]
        for name, person in self._names:
            size = name.count(" ") + 1
            runs = (" ".join(run[at : at + size]) for run in latin for at in range(len(run) - size + 1) if size > 1)
            yield from ((run, "person", [person]) for run in runs if fuzz.ratio(run, name) >= MISSPELT)

    def _surnames(self, question: str, rest: Iterable[str]) -> Iterator[Meaning]:
        """Unexplained words in capitals that are a part of one person's name alone."""
        for word in (word for run in rest for word in run.split() if len(word) >= SURNAME):
            bearers = [person for name, person in self._names if word in name.split()]
            if len(bearers) == 1 and re.search(rf"\b{word}\b", fold_text(question)) and starts_with_capital(word, question):
                yield word, "person", bearers

    def _looked_up(self, rest: Iterable[str]) -> Iterator[Meaning]:
        """Unexplained words that are a country or a city and nothing else."""
        for run in rest:
            if [term.meaning for term in gazetteer.find_terms(normalization.name_key(run))] in (["country"], ["city"]):
                yield run, "country", self._from_country(run)

    def _people_from(self, place: str) -> list[str]:
        """The names of those from a country or a city."""
        return [match.item[0].name for match in self.directory.find_people(place) if match.reason == "country"]


def starts_with_capital(word: str, question: str) -> bool:
    """Whether a word stands in a question with a capital letter."""
    return any(phrase_key(each) == word and each[:1].isupper() for each in re.findall(r"\w+", question))


def collect_phrases(meanings: Iterable[Meaning]) -> dict[str, list[QuestionSpan]]:
    """Phrases with their meanings, those of one tag joined."""
    joined: dict[str, dict[str, frozenset[str]]] = defaultdict(dict)
    for phrase, tag, means in meanings:
        if phrase:
            joined[phrase][tag] = joined[phrase].get(tag, frozenset()) | frozenset(means)
    return {phrase: [QuestionSpan(tag, phrase, means) for tag, means in tags.items()] for phrase, tags in joined.items()}


def cover_text(asked: str, phrases: Phrases, longest: int) -> tuple[list[Sequence[QuestionSpan]], tuple[str, ...]]:
    """The fewest phrases, of `longest` characters at most, that leave as little as possible of a key unexplained, and what
    they leave."""
    size = len(asked)
    # best[at]: characters unexplained from here on, pieces, where the next one ends, and its meanings.
    best: list[tuple[int, int, int, Sequence[QuestionSpan]]] = [(0, 0, size, ())] * (size + 1)
    for at in range(size - 1, -1, -1):
        if asked[at] == " ":
            best[at] = (best[at + 1][0], best[at + 1][1], at + 1, ())
            continue
        end = next((end for end in range(at + 1, size) if is_boundary(asked, end)), size)
        options: list[tuple[int, int, int, Sequence[QuestionSpan]]] = [(best[end][0] + end - at, best[end][1], end, ())]
        for end in range(at + 1, min(size, at + longest) + 1):
            found = (QuestionSpan("date", MARK),) if asked[at:end] == MARK else phrases.get(asked[at:end])
            if found and is_boundary(asked, end):
                options.append((best[end][0], best[end][1] + 1, end, found))
        best[at] = min(options, key=lambda option: option[:2])
    spans: list[Sequence[QuestionSpan]] = []
    rest: list[str] = [""]
    at = 0
    while at < size:
        _, _, end, found = best[at]
        if found:
            spans.append(found)
            rest.append("")
        else:
            rest[-1] += asked[at:end]
        at = end
    return spans, tuple(run.strip() for run in rest if run.strip())


def is_boundary(text: str, at: int) -> bool:
    """Whether a phrase may end here: not within a word of a script that puts spaces."""
    return at == len(text) or not (IN_WORD.match(text[at - 1]) and IN_WORD.match(text[at]))


def settle_spans(spans: Sequence[Sequence[QuestionSpan]]) -> tuple[QuestionSpan, ...]:
    """One meaning for each span: an organisation that the reports are about is one only after a word such as `from`."""
    settled: list[QuestionSpan] = []
    for options in spans:
        tags = {piece.tag: piece for piece in options}
        before = next((piece.tag for piece in reversed(settled) if piece.tag != "fill"), "")
        if "subject" in tags and "org" in tags:
            settled.append(tags["org" if before == "from" else "subject"])
        else:
            order = {tag: place for place, tag in enumerate(PRECEDENCE)}
            settled.append(min(options, key=lambda piece: order.get(piece.tag, -1)))
    return tuple(settled)
