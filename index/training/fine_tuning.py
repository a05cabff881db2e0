"""Fine-tune a network in stages: draw the examples of a stage, batch them by length, and step with a falling rate."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

import torch

from index.reading.e5_reader import InputRow
from index.training.reader_network import ReaderNetwork

BATCH, SORTED = 16, 40  # examples of a step, and steps whose examples are sorted by length together
DECAY, WARM_UP, LONGEST_STEP = 0.01, 100, 1.0


class OfKind(Protocol):
    """An example of some kind."""

    @property
    def kind(self) -> str: ...


Each = TypeVar("Each", bound=OfKind)
Wanted = TypeVar("Wanted")  # what a network should give for an input


@dataclass(frozen=True, slots=True)
class Stage:
    """How often, on average, an example of each kind is seen, how many are, and the share of the rate at the end."""

    shares: Mapping[str, float]
    examples: int
    end: float


class FineTuner:
    """Steps of AdamW through the layers that are trained, and at a rate of their own the marks and heads."""

    def __init__(self, network: ReaderNetwork, rate: float, head_rate: float) -> None:
        self.rates = (rate, head_rate)
        heads = [network.marks, *network.heads.parameters()]
        body = [parameter for parameter in network.layers.parameters() if parameter.requires_grad]
        self.parameters = [*body, *heads]
        groups = [{"params": body, "lr": rate}, {"params": heads, "lr": head_rate}]
        self.optimizer = torch.optim.AdamW(groups, weight_decay=DECAY)

    def run_stage(
        self,
        stage: Stage,
        pool: Sequence[Each],
        make: Callable[[Each], tuple[InputRow, Wanted]],
        loss: Callable[[Sequence[InputRow], Sequence[Wanted]], torch.Tensor],
        rng: random.Random,
    ) -> Iterator[int]:
        """Step through a stage and yield the number of examples of each step; the rate rises first and falls then.

        :param pool: examples of the stage in the order in which they are seen.
        :param make: an example as an input, and what the network should give for it.
        """
        steps = -(-len(pool) // BATCH)
        for step, batch in enumerate(make_batches(pool, make, rng)):
            factor = min(1, (step + 1) / WARM_UP) * (1 - (1 - stage.end) * step / steps)
            for group, rate in zip(self.optimizer.param_groups, self.rates, strict=True):
                group["lr"] = rate * factor
            total = loss([row for row, _ in batch], [wanted for _, wanted in batch])
            self.optimizer.zero_grad()
            total.backward()  # type: ignore[no-untyped-call]  # torch leaves it untyped
            torch.nn.utils.clip_grad_norm_(self.parameters, LONGEST_STEP)
            self.optimizer.step()
            yield len(batch)


def draw_examples(examples: Sequence[Each], stage: Stage, rng: random.Random) -> list[Each]:
    """Draw the examples of a stage, in random order."""
    pool: list[Each] = []
    for example in examples:
        share = stage.shares.get(example.kind, 0)
        pool += [example] * (int(share) + (rng.random() < share % 1))
    rng.shuffle(pool)
    return pool[: stage.examples]


def make_batches(
    pool: Sequence[Each], make: Callable[[Each], tuple[InputRow, Wanted]], rng: random.Random
) -> Iterator[list[tuple[InputRow, Wanted]]]:
    """Yield batches of similar length, because padding costs as much as tokens."""
    for start in range(0, len(pool), BATCH * SORTED):
        made = sorted(map(make, pool[start : start + BATCH * SORTED]), key=lambda pair: len(pair[0].ids))
        of_similar_length = [made[first : first + BATCH] for first in range(0, len(made), BATCH)]
        rng.shuffle(of_similar_length)
        yield from of_similar_length


def copy_weights(network: torch.nn.Module) -> dict[str, torch.Tensor]:
    """Return a copy of a network's weights, by name."""
    return {name: values.clone() for name, values in network.state_dict().items()}


def average_weights(ends: Sequence[Mapping[str, torch.Tensor]], shares: Sequence[float]) -> dict[str, torch.Tensor]:
    """Return the mean of the last networks (Wortsman et al., Model soups, 2022).

    :param ends: weights of networks by name; fewer than there are shares only after a shorter training.
    :param shares: of the last networks, in their order; they sum to 1.
    """
    last, kept = ends[-len(shares) :], shares[-len(ends) :]
    total = sum(kept)
    return {
        name: sum((share / total * end[name] for share, end in zip(kept, last, strict=True)), torch.zeros_like(values))
        for name, values in last[0].items()
    }
