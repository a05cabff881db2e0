"""Split a question into tagged spans, such as intents and names from the reports, and an unexplained rest."""

from __future__ import annotations

import re
from collections import ChainMap, defaultdict
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

LONGEST = 200  # characters; no rule understands a longer question
MISSPELT = 88  # similarity, 0 to 100, from which words count as a misspelt name
SURNAME = 4  # characters that a surname must have at least to stand for a name

MARK = "\ue000"  # placeholder of a day in a question's key
LATIN = re.compile(rf"[^\W_{UNSPACED_SCRIPTS}]+(?: [^\W_{UNSPACED_SCRIPTS}]+)*")
IN_WORD = re.compile(rf"[^\W_{UNSPACED_SCRIPTS}]")
DAY_WORDS = re.compile(
    r"[一二三四五六七八九十]{1,2}月[一二三四五六七八九十]{1,3}[日号]|第\s*[一二三四五六七八九十\d]+\s*[天日]|最后一[天日]|首日"
    r"|(?:星期|周|礼拜)[一二三四五六日天1-6]|[月火水木金土日]曜日?|(?<![\d月/.-])\d{1,2}\s*[日号]"
    r"|\bday (?:\d+|one|two|three)\b|\b(?:first|second|third|last|final|\d{1,2}(?:st|nd|rd|th)) day\b"
    r"|\b(?:mon|tues|wednes|thurs|fri|satur|sun)day\b|\b\d{1,2}(?:st|nd|rd|th)\b"
)
# One pattern for all forms, so that the days come in the order of the text.
ANY_DAY = re.compile("|".join([*(re.sub(r"\?P<\w+>", "?:", date.pattern) for date in DATES), DAY_WORDS.pattern]))
JAPANESE_DAY = re.compile(r"(?<!\d)(\d+)日目")
# Precedence of the tags of one span; question words precede all of them.
PRECEDENCE = ("kind", "person", "title", "org", "role", "country", "topic", "subject")


@dataclass(frozen=True, slots=True)
class QuestionSpan:
    """A span of a question.

    :param tag: its class, such as `person` or `who`.
    :param text: its phrase key.
    :param means: the session ids, names, dates or kinds that it stands for.
    """

    tag: str
    text: str
    means: frozenset[str] = frozenset()


Phrases = Mapping[str, Sequence[QuestionSpan]]


class QuestionParser:
    """A parser with the phrases of one generation. Immutable; threads may share one."""

    def __init__(self, directory: Directory, titles: Iterable[str], texts: Iterable[str]) -> None:
        """Collect the phrases.

        :param titles: titles of the reports.
        :param texts: texts of their passages.
        """
        self.directory = directory
        self.phrases = collect_phrases(lexicon.report_meanings(directory, titles, texts))
        self._longest = max(map(len, self.phrases), default=0)
        self._from_country = lru_cache(256)(self._people_from)
        self._names = [(phrase_key(person.name), person.name) for person, _ in directory.people]

    def read(
        self, question: str, further: dict[str, Sequence[QuestionSpan]] | None = None
    ) -> tuple[tuple[QuestionSpan, ...], tuple[str, ...]]:
        """Return the spans of a question in order, and the parts that no span explains.

        :param further: phrases that take the place of the parser's own.
        """
        if len(question) > LONGEST:
            return (), (f"more than {LONGEST} characters",)
        text, days = self._mark_days(fold_text(question.replace(MARK, " ")))
        key = MARK.join(map(phrase_key, text.split(MARK)))
        phrases: Phrases = ChainMap(further, self.phrases) if further else self.phrases
        longest = max((self._longest, *map(len, further or ())))
        spans, rest = cover_text(key, phrases, longest)
        if rest and (
            guesses := collect_phrases(
                [*self._find_misspelt_names(key), *self._find_surnames(question, rest), *self._find_places(rest)]
            )
        ):
            spans, rest = cover_text(key, {**guesses, **phrases}, LONGEST)
        marked_days = iter(days)
        resolved = [next(marked_days) if options[0].text == MARK else options for options in spans]
        return settle_spans(resolved), rest

    def _mark_days(self, text: str) -> tuple[str, list[list[QuestionSpan]]]:
        """Return the text with a mark in place of every day that it names, and these days."""
        days: list[list[QuestionSpan]] = []
        text = JAPANESE_DAY.sub(r" day \1 ", text)

        def mark(match: re.Match[str]) -> str:
            dates = {session.date for session in self.directory.on_day(match[0].strip()) if session.date}
            if not dates:
                return match[0]
            days.append([QuestionSpan("date", match[0].strip(), frozenset(dates))])
            return f" {MARK} "

        return ANY_DAY.sub(mark, text), days

    def _find_misspelt_names(self, key: str) -> Iterator[Meaning]:
        """Yield runs of words that differ from a whole name by a letter or two."""
        latin_runs = [run.split() for run in LATIN.findall(key)]
        for name, person in self._names:
            size = name.count(" ") + 1
            runs = (
                " ".join(run[start : start + size]) for run in latin_runs for start in range(len(run) - size + 1) if size > 1
            )
            yield from ((run, "person", [person]) for run in runs if fuzz.ratio(run, name) >= MISSPELT)

    def _find_surnames(self, question: str, rest: Iterable[str]) -> Iterator[Meaning]:
        """Yield unexplained capitalized words that are a part of exactly one name."""
        for word in (word for run in rest for word in run.split() if len(word) >= SURNAME):
            bearers = [person for name, person in self._names if word in name.split()]
            if len(bearers) == 1 and re.search(rf"\b{word}\b", fold_text(question)) and starts_with_capital(word, question):
                yield word, "person", bearers

    def _find_places(self, rest: Iterable[str]) -> Iterator[Meaning]:
        """Yield unexplained words that are exactly a country or a city."""
        for run in rest:
            if [term.meaning for term in gazetteer.find_terms(normalization.name_key(run))] in (["country"], ["city"]):
                yield run, "country", self._from_country(run)

    def _people_from(self, place: str) -> list[str]:
        """Return the names of the people from a country or a city."""
        return [match.item[0].name for match in self.directory.find_people(place) if match.reason == "country"]


def starts_with_capital(word: str, question: str) -> bool:
    """Return whether a question contains a word with an initial capital.

    :param word: a phrase key.
    """
    return any(phrase_key(token) == word and token[:1].isupper() for token in re.findall(r"\w+", question))


def collect_phrases(meanings: Iterable[Meaning]) -> dict[str, Sequence[QuestionSpan]]:
    """Return the spans of each phrase, one per tag, with the meanings of a tag joined."""
    joined: dict[str, dict[str, frozenset[str]]] = defaultdict(dict)
    for phrase, tag, means in meanings:
        if phrase:
            joined[phrase][tag] = joined[phrase].get(tag, frozenset()) | frozenset(means)
    return {phrase: [QuestionSpan(tag, phrase, means) for tag, means in tags.items()] for phrase, tags in joined.items()}


def cover_text(key: str, phrases: Phrases, longest: int) -> tuple[list[Sequence[QuestionSpan]], tuple[str, ...]]:
    """Cover a key with phrases by dynamic programming: least text unexplained, then fewest phrases.

    :param key: the phrase key of a question.
    :param longest: length of the longest phrase, in characters.
    :return: the options of each span in order, and the parts that no phrase covers.
    """
    size = len(key)
    # best[at]: characters unexplained from here on, number of spans, end of the next span, and its options.
    best: list[tuple[int, int, int, Sequence[QuestionSpan]]] = [(0, 0, size, ())] * (size + 1)
    for at in range(size - 1, -1, -1):
        if key[at] == " ":
            best[at] = (best[at + 1][0], best[at + 1][1], at + 1, ())
            continue
        end = next((end for end in range(at + 1, size) if is_boundary(key, end)), size)
        options: list[tuple[int, int, int, Sequence[QuestionSpan]]] = [(best[end][0] + end - at, best[end][1], end, ())]
        for end in range(at + 1, min(size, at + longest) + 1):
            matches = (QuestionSpan("date", MARK),) if key[at:end] == MARK else phrases.get(key[at:end])
            if matches and is_boundary(key, end):
                options.append((best[end][0], best[end][1] + 1, end, matches))
        best[at] = min(options, key=lambda option: option[:2])
    spans: list[Sequence[QuestionSpan]] = []
    rest: list[str] = [""]
    at = 0
    while at < size:
        _, _, end, matches = best[at]
        if matches:
            spans.append(matches)
            rest.append("")
        else:
            rest[-1] += key[at:end]
        at = end
    return spans, tuple(run.strip() for run in rest if run.strip())


def is_boundary(text: str, at: int) -> bool:
    """Return whether a phrase may end at an offset: not within a word of a script with spaces."""
    return at == len(text) or not (IN_WORD.match(text[at - 1]) and IN_WORD.match(text[at]))


def settle_spans(spans: Sequence[Sequence[QuestionSpan]]) -> tuple[QuestionSpan, ...]:
    """Choose one meaning for each span, by `PRECEDENCE`.

    An organisation that is also a subject of the reports counts as an organisation only after a word such as `from`.
    """
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
