"""Make examples for a reader from question sets: answerable questions, questions written to mislead, mined near misses.

Question sets are JSON Lines, a paragraph a line, as SQuAD 2.0 and its kin are easily brought to: `title`, `text`, `lang`,
and `questions` of `question`, `answers` (a list of offset and text) and `impossible`. Files of this package add questions
about these paragraphs and about paragraphs of its own, with `answer`, a piece of the text or null, and everyday questions
that no paragraph answers.
"""

from __future__ import annotations

import hashlib
import json
import random
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal

import numpy as np
from scipy import sparse

from index.config import UNREADABLE
from index.errors import CorpusError
from index.models import Passage, Sentence
from index.reports import profile
from index.reports.corpus import read_report
from index.reports.expansions import (
    QUESTIONS,
    UNANSWERABLE,
    EvidenceLocator,
    ReviewedQuestion,
    UnanswerableQuestion,
    read_rows,
)

Kind = Literal[
    "public",
    "written",
    "other language",
    "report",
    "near",
    "written near",
    "report near",
    "mined near",
    "mined far",
    "off topic",
]
WRITTEN = files("index.training") / "written"
WRITTEN_PARAGRAPHS, WRITTEN_QUESTIONS = "paragraphs.jsonl", ("near_misses.jsonl", "other_languages.jsonl")
EVERYDAY_QUESTIONS = "everyday_questions.txt"
OWN, REPORT = "written", "report"  # sources of the paragraphs that are in no question set
# Every so many articles of a source one is held out; of a source with fewer articles, the one with the fewest questions.
HELD_OUT = 10
# Questions of the sets that are paired with what does not answer them, how often each everyday question is, and the share of
# both that is paired with reports; the others are paired with own paragraphs.
OFF_TOPIC, EVERYDAY_TIMES, IN_REPORTS = 2500, 3, 0.6
MAX_QUESTIONS = 9000  # of one source, so that the largest set does not outweigh the others


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of a source: a question set, this package's own, or a report."""

    source: str
    title: str
    text: str
    language: str


@dataclass(frozen=True, slots=True)
class Example:
    """A question about a paragraph; `spans` are offsets of its answers, none if the paragraph does not answer.

    `paragraph` is the number of the paragraph.
    """

    question: str
    paragraph: int
    spans: tuple[tuple[int, int], ...]
    kind: Kind

    @property
    def is_answerable(self) -> bool:
        return bool(self.spans)


@dataclass(frozen=True, slots=True)
class ExampleSet:
    """Paragraphs and the examples about them."""

    paragraphs: list[Paragraph]
    examples: list[Example]

    def add(self, paragraph: int, question: str, spans: Iterable[tuple[int, int]], kind: Kind) -> None:
        self.examples.append(Example(question, paragraph, tuple(sorted(set(spans))), kind))

    def held_out(self) -> frozenset[int]:
        """Return the numbers of the paragraphs that no training sees: whole articles of every source but reports."""
        questions: dict[tuple[str, str], int] = defaultdict(int)
        for example in self.examples:
            paragraph = self.paragraphs[example.paragraph]
            questions[paragraph.source, paragraph.title] += 1
        chosen: set[tuple[str, str]] = set()
        for source in {source for source, _ in questions} - {REPORT}:
            titles = sorted((count, title) for (each, title), count in questions.items() if each == source)
            by_digest = [title for _, title in titles if digest(f"{source}:{title}") % HELD_OUT == 0]
            chosen |= {(source, title) for title in (by_digest if len(titles) >= 2 * HELD_OUT else [titles[0][1]])}
        return frozenset(
            number for number, paragraph in enumerate(self.paragraphs) if (paragraph.source, paragraph.title) in chosen
        )


def digest(text: str) -> int:
    return int(hashlib.md5(text.encode(), usedforsecurity=False).hexdigest(), 16)


def load_examples(data: Path, corpus: Path | None, seed: int = 0) -> ExampleSet:
    """Load all examples but mined ones.

    :param data: folder of question sets, each a `.jsonl` file.
    :param corpus: folder of reports with reviewed questions; None for none.
    :raises CorpusError: if a file cannot be used.
    """
    made = ExampleSet([], [])
    places: dict[tuple[str, int], int] = {}
    for file in sorted(data.glob("*.jsonl")):
        for line, row in json_lines(file):
            places[file.stem, line] = len(made.paragraphs)
            made.paragraphs.append(Paragraph(file.stem, row["title"].replace("_", " "), row["text"], row["lang"]))
        add_public(made, file, places, random.Random(seed))
    if not made.paragraphs:
        raise CorpusError(f"{data}: holds no question set; docs/cli.md describes the form of one")
    add_written(made, places)
    for folder in profile.report_folders(corpus) if corpus else ():
        add_report(made, folder)
    return made


def json_lines(file: Any) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield the rows of a JSON Lines file with their line numbers, from 0.

    :raises CorpusError: if the file cannot be read or a line is not JSON.
    """
    try:
        for line, text in enumerate(file.read_text("utf-8").splitlines()):
            if text.strip():
                yield line, json.loads(text)
    except UNREADABLE as error:
        raise CorpusError(f"{file}: cannot be read as JSON Lines ({error})") from error


def add_public(made: ExampleSet, file: Path, places: dict[tuple[str, int], int], rng: random.Random) -> None:
    """Add the questions of a question set, at most `MAX_QUESTIONS`.

    :raises CorpusError: if a row has not the documented form.
    """
    rows = [(line, question) for line, row in json_lines(file) for question in row.get("questions", ())]
    kept = rows if len(rows) <= MAX_QUESTIONS else [rows[n] for n in sorted(rng.sample(range(len(rows)), MAX_QUESTIONS))]
    for line, question in kept:
        try:
            spans = [] if question["impossible"] else [(start, start + len(text)) for start, text in question["answers"]]
            made.add(places[file.stem, line], question["question"], spans, "public" if spans else "near")
        except (KeyError, TypeError, ValueError) as error:
            raise CorpusError(f"{file}, line {line + 1}: is no paragraph with questions ({error!r})") from error


def add_written(made: ExampleSet, places: dict[tuple[str, int], int]) -> None:
    """Add the questions of this package, as far as their paragraphs are at hand."""
    rows: list[tuple[int, list[dict[str, Any]], Kind]] = []
    for _, row in json_lines(WRITTEN / WRITTEN_PARAGRAPHS):
        rows.append((len(made.paragraphs), row["questions"], "written"))
        made.paragraphs.append(Paragraph(OWN, row["title"], row["text"], row["lang"]))
    for name in WRITTEN_QUESTIONS:
        kind: Kind = "other language" if name == WRITTEN_QUESTIONS[1] else "written"
        rows += [
            (places[row["source"], row["line"]], row["questions"], kind)
            for _, row in json_lines(WRITTEN / name)
            if (row["source"], row["line"]) in places
        ]
    for paragraph, questions, kind in rows:
        text = made.paragraphs[paragraph].text
        for question in questions:
            start = text.find(question["answer"]) if question["answer"] else -1
            spans = [(start, start + len(question["answer"]))] if start >= 0 else []
            if spans or not question["answer"]:
                made.add(paragraph, question["question"], spans, kind if spans else "written near")


def add_report(made: ExampleSet, folder: Path) -> None:
    """Add the reviewed questions of a report; the span of an answerable one is the whole sentence of its evidence.

    :raises CorpusError: if a file cannot be used.
    """
    from index.config import Settings

    corpus = read_report(folder, Settings(), prefixed=False)
    first = len(made.paragraphs)
    for passage in corpus.passages:
        heading = passage.section[-1] if passage.section else ""
        made.paragraphs.append(Paragraph(REPORT, heading, passage.text, corpus.sources[0].title))
    locator = EvidenceLocator(corpus.passages, corpus.sentences)
    for _, question in read_rows(folder / QUESTIONS, ReviewedQuestion):
        if rows := locator.evidence_of(question):
            number, span = place_of(corpus.sentences[rows[0]], corpus.passages)
            made.add(first + number, question.question, [span], "report")
    for _, question in read_rows(folder / UNANSWERABLE, UnanswerableQuestion):
        if near := locator.passages_of(question.near):
            made.add(first + corpus.sentences[near[0]].passage, question.question, (), "report near")


def place_of(sentence: Sentence, passages: Sequence[Passage]) -> tuple[int, tuple[int, int]]:
    """Return the number of a sentence's passage and its offsets there."""
    start = passages[sentence.passage].text.find(sentence.text)
    return sentence.passage, (start, start + len(sentence.text))


def mine_near_misses(
    paragraphs: Sequence[Paragraph],
    examples: Sequence[Example],
    token_ids: Callable[[str], Iterable[int]],
    vocabulary: int,
    rng: random.Random,
    *,
    far: float = 0.25,
) -> list[Example]:
    """Make near misses of answerable questions: what search finds first that holds none of the answers.

    Each gets the best other paragraph of its article ("mined near"), and a share the best of other articles ("mined far").

    :param token_ids: the tokens of a text.
    :param far: share of questions with a paragraph of another article.
    """
    answerable = [example for example in examples if example.is_answerable]
    terms = TermIndex([paragraph.text for paragraph in paragraphs], token_ids, vocabulary)
    articles: dict[tuple[str, str], list[int]] = defaultdict(list)
    for number, paragraph in enumerate(paragraphs):
        articles[paragraph.source, paragraph.title].append(number)
    mined: list[Example] = []
    for start in range(0, len(answerable), 512):
        batch = answerable[start : start + 512]
        for example, scores in zip(batch, terms.score([example.question for example in batch]), strict=True):
            own = paragraphs[example.paragraph]
            answers = [own.text[slice(*span)].lower() for span in example.spans]

            def lacks_answer(number: int, answers: list[str] = answers) -> bool:
                return not any(answer in paragraphs[number].text.lower() for answer in answers)

            article = articles[own.source, own.title]
            others = sorted((n for n in article if n != example.paragraph), key=lambda n: -scores[n])[:4]
            if near := [number for number in others if lacks_answer(number)]:
                chosen = near[0] if rng.random() < 0.7 else rng.choice(near)
                mined.append(replace(example, paragraph=chosen, spans=(), kind="mined near"))
            if rng.random() < far:
                best = sorted(np.argpartition(-scores, 40)[:40].tolist(), key=lambda n: -scores[n])
                elsewhere = [n for n in best if n not in article and paragraphs[n].language == own.language]
                if distant := [number for number in elsewhere if lacks_answer(number)]:
                    chosen = distant[0] if rng.random() < 0.6 else rng.choice(distant)
                    mined.append(replace(example, paragraph=chosen, spans=(), kind="mined far"))
    return mined


def pair_off_topic(
    paragraphs: Sequence[Paragraph],
    examples: Sequence[Example],
    token_ids: Callable[[str], Iterable[int]],
    vocabulary: int,
    rng: random.Random,
) -> list[Example]:
    """Pair questions of the sets, and everyday ones, with what search finds for them in reports and own paragraphs.

    :param examples: those of the sets give questions; the others are ignored.
    """
    public = [example.question for example in examples if example.kind == "public"]
    everyday = (WRITTEN / EVERYDAY_QUESTIONS).read_text("utf-8").splitlines()
    questions = [*rng.sample(public, min(OFF_TOPIC, len(public))), *everyday * EVERYDAY_TIMES]
    pairs: list[Example] = []
    for source, share in ((REPORT, IN_REPORTS), (OWN, 1 - IN_REPORTS)):
        numbers = [number for number, paragraph in enumerate(paragraphs) if paragraph.source == source]
        if numbers:
            terms = TermIndex([paragraphs[number].text for number in numbers], token_ids, vocabulary)
            chosen = rng.sample(questions, int(share * len(questions)))
            for question, scores in zip(chosen, terms.score(chosen), strict=True):
                best = np.argsort(-scores)[:3].tolist() if rng.random() < 0.8 else range(len(numbers))
                pairs.append(Example(question, numbers[rng.choice(best)], (), "off topic"))
    return pairs


class TermIndex:
    """Scores texts by the terms that they share with questions."""

    def __init__(self, texts: Sequence[str], token_ids: Callable[[str], Iterable[int]], vocabulary: int) -> None:
        self.token_ids = token_ids
        sets = [sorted(set(token_ids(text))) for text in texts]
        counts = np.bincount(np.concatenate(sets), minlength=vocabulary)
        self.idf = np.where(counts > len(texts) / 5, 0, np.log(len(texts) / np.maximum(counts, 1)))
        terms = weigh_terms(sets, self.idf)
        lengths = np.sqrt(np.asarray(terms.multiply(terms).sum(axis=1)).ravel())
        self.terms = (sparse.diags(1 / (3 + lengths)) @ terms).T.tocsr()

    def score(self, questions: Sequence[str]) -> Any:
        """Return the scores of all texts, shape (questions, texts)."""
        return (weigh_terms([sorted(set(self.token_ids(each))) for each in questions], self.idf) @ self.terms).toarray()


def weigh_terms(sets: Sequence[Sequence[int]], idf: Any) -> Any:
    """Return a sparse matrix of texts and their terms, each with the root of its inverse document frequency."""
    terms = np.concatenate([np.array(each, np.int64) for each in sets])
    ends = np.cumsum([0, *map(len, sets)])
    return sparse.csr_matrix((np.sqrt(idf[terms]), terms, ends), (len(sets), len(idf)))
