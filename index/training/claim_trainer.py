"""Fine-tune the reader to judge claims: whether sentences support a statement, contradict it or leave it open."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import get_args

import torch
from torch.nn import functional

from index import arrays
from index.encoding import e5_weights
from index.reading.claim_judge import FILE, JUDGEMENTS
from index.reading.e5_reader import InputBuilder, InputRow, load_trained, reader_file
from index.training.claim_examples import ClaimExample, Label, make_claim_examples
from index.training.fine_tuning import FineTuner, Stage, average_weights, copy_weights, draw_examples
from index.training.reader_examples import ExampleSet, load_examples
from index.training.reader_network import ReaderNetwork
from index.training.reader_trainer import HEADINGS, MAX_INPUT, make_tokenizer

RATE, HEAD_RATE = 1.2e-4, 1e-3
LABELS: tuple[Label, ...] = get_args(Label)
UNSUPPORTED = LABELS.index("unsupported")


STAGES = (
    Stage({"question": 0.25, "edit": 0.5, "sentence": 0.3, "written": 0.5}, examples=30_000, end=0.4),
    Stage({"question": 0.08, "edit": 0.25, "sentence": 0.12, "written": 2.5}, examples=30_000, end=0.03),
    Stage({"question": 0.06, "edit": 0.15, "sentence": 0.08, "written": 1.3}, examples=24_000, end=0.03),
)
AVERAGED = (0.5, 0.5)  # shares of the networks at the ends of the last two stages in their mean


def train_claim_file(data: Path, folder: Path, progress: Callable[[str, int, int], None]) -> tuple[Path, dict[str, float]]:
    """Train a judge of claims on question sets and the statements of this package, and write its file.

    :param data: folder of question sets.
    :param folder: where to write the file.
    :return: the file, and figures of written statements about held-out articles by name.
    :raises CorpusError: if a question set cannot be used.
    """
    examples = load_examples(data, None)
    network = train_claims(examples, partial(progress, "train"))
    arrays.save_arrays(folder / FILE, network.export())
    held_out = examples.held_out()
    made = make_claim_examples(examples, random.Random(1))
    written = [each for each in made if each.kind == "written" and each.paragraph in held_out]
    return folder / FILE, claim_figures(network, written, examples)


def claim_figures(network: ReaderNetwork, made: Sequence[ClaimExample], examples: ExampleSet) -> dict[str, float]:
    """Compute the share of examples of each label that get it by the likeliest judgement."""
    inputs, rng = InputBuilder(make_tokenizer(network.weights)), random.Random(0)
    with torch.no_grad():
        judged = [int(network([claim_row(each, inputs, examples, rng)])[0, 0].argmax()) for each in made]
    figures = {"statements": float(len(made))}
    for label, number in (("supported", 0), ("contradicted", 1), ("open", 2)):
        of_label = [mark for mark, each in zip(judged, made, strict=True) if each.label == label]
        figures[label] = sum(mark == number for mark in of_label) / max(1, len(of_label))
    return figures


def claim_loss(network: ReaderNetwork, rows: Sequence[InputRow], labels: Sequence[Label]) -> torch.Tensor:
    """Return the cross-entropy of the judgements; "unsupported" is any but "supported"."""
    logs = functional.log_softmax(network(rows)[:, 0], dim=1)
    targets = torch.tensor([LABELS.index(label) for label in labels])
    either = torch.logsumexp(logs[:, 1:], dim=1)
    exact = logs.gather(1, targets.clamp(max=len(JUDGEMENTS) - 1)[:, None])[:, 0]
    return -torch.where(targets == UNSUPPORTED, either, exact).mean()


def train_claims(
    examples: ExampleSet, progress: Callable[[int, int], None], stages: Sequence[Stage] = STAGES
) -> ReaderNetwork:
    """Train a judge of claims on all examples but those of held-out paragraphs, from this package's reader on.

    It takes some two hours on two cores.

    :param progress: told the examples seen so far, and how many there are.
    """
    torch.manual_seed(0)
    rng = random.Random(0)
    weights = e5_weights.read_weights()
    inputs = InputBuilder(make_tokenizer(weights))
    held_out = examples.held_out()
    seen = [example for example in make_claim_examples(examples, rng) if example.paragraph not in held_out]
    network = ReaderNetwork(weights).train()
    network.load(load_trained(reader_file()))
    torch.nn.init.normal_(network.heads.weight, std=0.02)
    torch.nn.init.zeros_(network.heads.bias)
    tuner = FineTuner(network, RATE, HEAD_RATE)
    done, total = 0, sum(stage.examples for stage in stages)

    def make(example: ClaimExample) -> tuple[InputRow, Label]:
        return claim_row(example, inputs, examples, rng), example.label

    ends = []
    for stage in stages:
        for count in tuner.run_stage(stage, draw_examples(seen, stage, rng), make, partial(claim_loss, network), rng):
            done += count
            progress(done, total)
        ends.append(copy_weights(network))
    network.load_state_dict(average_weights(ends, AVERAGED))
    return network.eval()


def claim_row(example: ClaimExample, inputs: InputBuilder, examples: ExampleSet, rng: random.Random) -> InputRow:
    """Return an example as an input, with the heading of its paragraph or without."""
    heading = examples.paragraphs[example.paragraph].title if rng.random() < HEADINGS else ""
    return inputs.build(example.statement, heading, example.premise, MAX_INPUT)
