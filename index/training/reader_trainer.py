"""Fine-tune the reader in stages: on question sets, on what was written to mislead, and on off-topic questions, too."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence

import torch
from tokenizers import Tokenizer

from index.encoding import e5_weights
from index.encoding.e5_weights import Weights
from index.reading.e5_reader import InputBuilder, InputRow
from index.training.fine_tuning import FineTuner, Stage, average_weights, copy_weights, draw_examples
from index.training.reader_examples import (
    REPORT,
    Example,
    ExampleSet,
    Paragraph,
    mine_near_misses,
    pair_off_topic,
)
from index.training.reader_network import ReaderNetwork, Target

MAX_INPUT = 144  # tokens of an input in training
RATE, HEAD_RATE = 2e-4, 1e-3
HEADINGS = 0.75  # share of inputs with a heading
LONGEST_SPAN = 40  # tokens; a longer one is no short answer, and only says that the window answers
SENTENCE_END = re.compile(r"[。！？!?]|[.](?=\s)|\n")


STAGES = (
    Stage(
        {"public": 1, "near": 1, "written": 0.2, "written near": 0.1, "mined near": 0.6, "mined far": 0.6},
        examples=14_000,
        end=0.5,
    ),
    Stage(
        {
            "public": 0.75,
            "near": 2,
            "written": 0.4,
            "written near": 0.4,
            "other language": 2,
            "report": 0.6,
            "report near": 0.7,
            "mined near": 0.6,
            "mined far": 0.8,
        },
        examples=33_000,
        end=0.03,
    ),
    Stage(
        {
            "public": 0.6,
            "near": 1.5,
            "written": 1.5,
            "written near": 1.2,
            "other language": 1,
            "report": 0.5,
            "report near": 0.5,
            "mined near": 0.4,
            "mined far": 0.4,
            "off topic": 0.8,
        },
        examples=55_000,
        end=0.03,
    ),
    Stage(
        {
            "public": 0.7,
            "near": 1.4,
            "written": 1.5,
            "written near": 1.5,
            "other language": 1.5,
            "report": 0.5,
            "report near": 0.5,
            "mined near": 0.4,
            "mined far": 0.4,
            "off topic": 0.8,
        },
        examples=34_000,
        end=0.03,
    ),
)
# Shares of the networks at the ends of the last three stages in their mean, which reads better than any of them.
AVERAGED = (0.25, 0.3, 0.45)


class WindowMaker:
    """Cuts a window out of an example's paragraph and joins it with the question."""

    def __init__(self, tokenizer: Tokenizer, paragraphs: Sequence[Paragraph], rng: random.Random) -> None:
        self.inputs, self.paragraphs, self.rng = InputBuilder(tokenizer), paragraphs, rng

    def make(self, example: Example) -> tuple[InputRow, Target]:
        """Return an input and what it should give.

        A window of an answerable example holds an answer; others are those that share most words with the question.
        """
        paragraph = self.paragraphs[example.paragraph]
        heading = paragraph.title if self.rng.random() < HEADINGS else ""
        question = set(self.inputs.encode(example.question)[0])
        ids, offsets = self.inputs.encode(paragraph.text)
        room = MAX_INPUT - len(self.inputs.build(example.question, heading, "").ids)
        starts = sentence_starts(paragraph.text, offsets)
        gold = tokens_of(self.rng.choice(example.spans), offsets) if example.spans else None
        if gold:
            holding = [start for start in starts if start <= gold[0] and gold[1] < start + room]
            start = self.rng.choice(holding) if holding else max(0, min(gold[0], gold[1] - room + 1))
        else:
            shared = [(len(question & set(ids[start : start + room])), start) for start in starts]
            most = max(shared)[0]
            start = self.rng.choice([start for count, start in shared if count >= most - 1])
        text = paragraph.text[offsets[start][0] :] if offsets else ""
        row = self.inputs.build(example.question, heading, text, MAX_INPUT)
        # The questions of reports mark whole sentences: with "no words" for their near misses, a reader learns only that.
        is_marked = paragraph.source != REPORT
        if not example.is_answerable:
            return row, Target(False, (0, 0) if is_marked else None)
        if not is_marked or gold is None or gold[1] - gold[0] >= LONGEST_SPAN or gold[1] - start >= len(row.offsets):
            return row, Target(True, None)
        return row, Target(True, (row.first + gold[0] - start, row.first + gold[1] - start))


def tokens_of(span: tuple[int, int], offsets: Sequence[tuple[int, int]]) -> tuple[int, int] | None:
    """Return the first and last token of a span of characters, or None if it has none."""
    inside = [number for number, (start, end) in enumerate(offsets) if end > span[0] and start < span[1] and end > start]
    return (inside[0], inside[-1]) if inside else None


def sentence_starts(text: str, offsets: Sequence[tuple[int, int]]) -> list[int]:
    """Return the tokens with which sentences begin."""
    ends = [match.end() for match in SENTENCE_END.finditer(text)]
    starts, passed = [0], 0
    for number, (start, _) in enumerate(offsets):
        while passed < len(ends) and ends[passed] <= start:
            passed += 1
            starts.append(number)
    return sorted(set(starts))


def train_reader(
    examples: ExampleSet, progress: Callable[[int, int], None], stages: Sequence[Stage] = STAGES
) -> ReaderNetwork:
    """Train a reader on all examples but those of held-out paragraphs.

    It takes some three hours on two cores.

    :param progress: told the examples seen so far, and how many there are.
    """
    torch.manual_seed(0)
    rng = random.Random(0)
    weights = e5_weights.read_weights()
    tokenizer = make_tokenizer(weights)
    held_out = examples.held_out()
    seen = [example for example in examples.examples if example.paragraph not in held_out]
    inputs = InputBuilder(tokenizer)

    def token_ids(text: str) -> list[int]:
        return inputs.encode(text)[0]

    mined = [
        *mine_near_misses(examples.paragraphs, seen, token_ids, weights.vocabulary, rng),
        *pair_off_topic(examples.paragraphs, seen, token_ids, weights.vocabulary, rng),
    ]
    maker = WindowMaker(tokenizer, examples.paragraphs, rng)
    network = ReaderNetwork(weights).train()
    tuner = FineTuner(network, RATE, HEAD_RATE)
    done, total = 0, sum(stage.examples for stage in stages)
    ends = []
    for stage in stages:
        pool = draw_examples([*seen, *mined], stage, rng)
        for count in tuner.run_stage(stage, pool, maker.make, network.loss, rng):
            done += count
            progress(done, total)
        ends.append(copy_weights(network))
    network.load_state_dict(average_weights(ends, AVERAGED))
    return network.eval()


def make_tokenizer(weights: Weights) -> Tokenizer:
    """Build the trunk's tokenizer for whole paragraphs."""
    tokenizer = e5_weights.build_tokenizer(weights.pieces)
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer
