"""Make examples for the judge of claims: a statement beside a few sentences that support it, contradict it or leave it open.

They come from statements written about own paragraphs, from questions whose interrogative an answer replaces, and from
sentences that are shortened or edited.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from index.reports.passages import sentence_spans
from index.training.reader_examples import (
    OWN,
    REPORT,
    WRITTEN,
    Example,
    ExampleSet,
    json_lines,
)
from index.training.statement_edits import edit_statement

Label = Literal["supported", "contradicted", "open", "unsupported"]
STATEMENTS = "statements.jsonl"
LONGEST, SHORTEST = 220, 12  # characters of a sentence that is edited
NEIGHBOURS = 0.5  # chance that one more neighbouring sentence is read along
HEARD = (
    "聽說",
    "據報告說，",
    "報告提到",
    "據說",
    "Apparently ",
    "According to the report, ",
    "I read that ",
    "報告書によると、",
    "聞いた話では",
)
HEARD_OFTEN = 0.08
# Interrogatives that the answer can replace where they stand, and the words after them that an answer may hold as well.
INTERROGATIVE = re.compile(
    r"(?:什[麼么](?:時候|时候|地方|人)|何[時时]|何[處处]|哪一?[年天位個个]人?|哪[裡里兒儿]|[誰谁]|多少|[幾几](?=[個个位年月日天次人名項项倍種种條条])|什[麼么])"
)
JAPANESE = re.compile(r"(?:いつ|どこ|誰|何(?=[年人個月日回本羽頭台枚点件%％])|何)")
MARKS, ENDING = "?？。 ", re.compile(r"(?:でしょうか|でしたか|ですか|ますか|だったか|か|呢|嗎|吗|啊|呀)$")
SUBJECT = re.compile(
    r"^(?:who|what|which [a-z]+)(?= (?!(?:do|does|did|is|are|was|were|has|have|had|will|would|can|could|should)\b)[a-z]+)",
    re.I,
)
COPULA = re.compile(r"^(?:who|what|where|when) (is|are|was|were) (.{4,80})\?$", re.I)
NUMERIC = re.compile(r"[\d一二三四五六七八九十百千萬万億亿]")


@dataclass(frozen=True, slots=True)
class ClaimExample:
    """A statement and the sentences that it is compared with.

    :param paragraph: number of the paragraph that the sentences are from.
    :param label: "unsupported" is either contradicted or open.
    :param kind: where the example is from.
    """

    statement: str
    paragraph: int
    premise: str
    label: Label
    kind: Literal["written", "question", "edit", "sentence"]


def make_claim_examples(examples: ExampleSet, rng: random.Random) -> list[ClaimExample]:
    """Make all examples."""
    own = [number for number, paragraph in enumerate(examples.paragraphs) if paragraph.source == OWN]
    first = own[0] if own else 0
    made = [*from_statements(examples, first, rng)]
    by_paragraph: dict[int, list[Example]] = {}
    for example in examples.examples:
        by_paragraph.setdefault(example.paragraph, []).append(example)
    for number, asked in by_paragraph.items():
        if examples.paragraphs[number].source != REPORT:
            made += from_questions(examples, number, asked, rng)
            made += from_sentences(examples, number, rng)
    return made


def sentences_of(text: str) -> list[tuple[int, int]]:
    return list(sentence_spans(text))


def join_rows(text: str, spans: Sequence[tuple[int, int]], first: int, last: int, rng: random.Random) -> str:
    """Return consecutive sentences, now and then with neighbours, since reports have longer sentences than articles."""
    while rng.random() < NEIGHBOURS and spans[last][1] - spans[first][0] < LONGEST:
        first, last = rng.choice([(max(0, first - 1), last), (first, min(len(spans) - 1, last + 1))])
    return text[spans[first][0] : spans[last][1]]


def rows_of(spans: Sequence[tuple[int, int]], start: int, end: int) -> tuple[int, int] | None:
    """Return the first and last sentence that an extract touches, or None."""
    touched = [number for number, (first, last) in enumerate(spans) if last > start and first < end]
    return (touched[0], touched[-1]) if touched else None


def characters_shared(statement: str, sentence: str) -> float:
    pairs = {statement[n : n + 2] for n in range(len(statement) - 1)}
    return sum(pair in sentence for pair in pairs) / max(1, len(pairs))


def from_statements(examples: ExampleSet, first: int, rng: random.Random) -> Iterator[ClaimExample]:
    """Yield the written statements beside their evidence, and beside other sentences, which leave them open.

    :param first: number of the first own paragraph.
    """
    for _, row in json_lines(WRITTEN / STATEMENTS):
        number = first + row["paragraph"]
        text = examples.paragraphs[number].text
        spans = sentences_of(text)
        start = text.find(row["evidence"]) if row["evidence"] else -1
        rows = rows_of(spans, start, start + len(row["evidence"])) if start >= 0 else None
        order = sorted(range(len(spans)), key=lambda n: -characters_shared(row["statement"], text[slice(*spans[n])]))
        if rows is None:
            for near in order[:2]:
                yield ClaimExample(row["statement"], number, join_rows(text, spans, near, near, rng), "open", "written")
            continue
        yield ClaimExample(row["statement"], number, join_rows(text, spans, *rows, rng), row["label"], "written")
        others = [n for n in order if not rows[0] - 1 <= n <= rows[1] + 1]
        if others and rng.random() < 0.6:
            premise = text[slice(*spans[others[0]])]
            yield ClaimExample(row["statement"], number, premise, "open", "written")


def from_questions(
    examples: ExampleSet, number: int, asked: Sequence[Example], rng: random.Random
) -> Iterator[ClaimExample]:
    """Yield statements made of questions: with their answer, with another answer, or of unanswerable ones."""
    paragraph = examples.paragraphs[number]
    spans = sentences_of(paragraph.text)
    answers = [(example, example.spans[0]) for example in asked if example.is_answerable]
    for example in asked:
        others = [span for other, span in answers if other is not example]
        if example.is_answerable:
            start, end = example.spans[0]
            answer = paragraph.text[start:end]
            rows = rows_of(spans, start, end)
            statement = state(example.question, answer, paragraph.language)
            if not statement or not rows or end - start > 40:
                continue
            premise = join_rows(paragraph.text, spans, *rows, rng)
            yield ClaimExample(statement, number, premise, "supported", "question")
            wrong = [paragraph.text[slice(*span)] for span in others if is_alike(answer, paragraph.text[slice(*span)])]
            if wrong and (false := state(example.question, rng.choice(wrong), paragraph.language)):
                yield ClaimExample(false, number, premise, "unsupported", "question")
        elif others:
            span = rng.choice(others)
            rows = rows_of(spans, *span)
            guess = paragraph.text[slice(*span)]
            if rows and len(guess) <= 40 and (statement := state(example.question, guess, paragraph.language)):
                yield ClaimExample(
                    statement, number, join_rows(paragraph.text, spans, *rows, rng), "unsupported", "question"
                )


def is_alike(answer: str, other: str) -> bool:
    """Return whether two answers are of the same coarse type and neither holds the other."""
    same_type = bool(NUMERIC.search(answer)) == bool(NUMERIC.search(other))
    return same_type and answer not in other and other not in answer and len(other) <= 40


def state(question: str, answer: str, language: str) -> str | None:
    """Return a question as a statement with an answer, or None if it does not lend itself."""
    if language == "en":
        if match := SUBJECT.match(question):
            return f"{answer[0].upper()}{answer[1:]}{question[match.end() :].rstrip('?')}."
        if match := COPULA.match(question):
            return f"{match[2][0].upper()}{match[2][1:]} {match[1]} {answer}."
        return None
    pattern = JAPANESE if language == "ja" else INTERROGATIVE
    found = list(pattern.finditer(question))
    if len(found) != 1 or not answer:
        return None
    before, after = question[: found[0].start()], ENDING.sub("", question[found[0].end() :].rstrip(MARKS))
    # 多少人 with 5,000人 is 5,000人, not 5,000人人.
    overlap = next((size for size in (3, 2, 1) if after[:size] and answer.endswith(after[:size])), 0)
    return before + answer + after[overlap:]


def from_sentences(examples: ExampleSet, number: int, rng: random.Random) -> Iterator[ClaimExample]:
    """Yield a sentence of a paragraph, whole or in part, two edits of it, and the next one, which it leaves open."""
    text = examples.paragraphs[number].text
    spans = sentences_of(text)
    fitting = [n for n, (start, end) in enumerate(spans) if SHORTEST <= end - start <= LONGEST]
    for row in rng.sample(fitting, min(2, len(fitting))):
        sentence = text[slice(*spans[row])]
        premise = join_rows(text, spans, row, row, rng)
        yield ClaimExample(heard(shorten(sentence, rng), rng), number, premise, "supported", "sentence")
        for _, edited in list(edit_statement(sentence, rng))[:2]:
            part = shorten(edited, rng)
            # The part may have lost what was edited.
            label: Label = "supported" if part.rstrip("。.") in sentence else "contradicted"
            yield ClaimExample(heard(part, rng), number, premise, label, "edit")
        if row + 1 < len(spans):
            yield ClaimExample(shorten(text[slice(*spans[row + 1])], rng), number, sentence, "open", "sentence")


def shorten(sentence: str, rng: random.Random) -> str:
    """Return a sentence, or its first clauses, with or without its last mark."""
    clauses = re.split(r"(?<=[，,；;])", sentence)
    if len(clauses) > 1 and rng.random() < 0.5:
        sentence = "".join(clauses[: rng.randint(1, len(clauses) - 1)])
    return sentence.rstrip("，,；;。. ") if rng.random() < 0.5 else sentence.rstrip("，,；; ")


def heard(statement: str, rng: random.Random) -> str:
    """Return a statement, now and then as something heard."""
    if rng.random() >= HEARD_OFTEN:
        return statement
    is_ideographic = not statement.isascii()
    return rng.choice([opening for opening in HEARD if opening.isascii() != is_ideographic]) + statement
