"""How far reports have drifted from those on which a generation was measured: a few sentences do not move its measures."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass

from index.answering.coverage import Calibration
from index.build.segment_builder import Plan, by_segment
from index.errors import GenerationError
from index.generations.artifacts import folders_in
from index.generations.files import SENTENCES, read_json
from index.generations.manifest import Generation
from index.generations.segments import in_context
from index.generations.store import Store
from index.models import Sentence

log = logging.getLogger(__name__)

# Up to this share of new or lost sentences, what was measured of a generation holds for the next one.
DRIFT = 0.05


@dataclass(frozen=True, slots=True)
class Measured:
    """What was measured of a generation, by search and by held-out questions, and the drift since then."""

    calibration: Calibration
    quality: dict[str, dict[str, float]]
    drift: float


def measured(store: Store, making: str, planned: Plan, sentences: int) -> Measured | None:
    """What holds of the live generation for a build of so many sentences; none if anything but the reports is another, or
    these have drifted too far."""
    try:
        live = store.live()
        if live.manifest.making != making:
            return None
        drift = live.manifest.drift + changed(live, planned) / sentences
    except GenerationError as error:
        log.info("%s; everything is measured anew", error)
        return None
    if drift > DRIFT:
        return None
    return Measured(Calibration.of(live.manifest.calibration), live.manifest.quality, drift)


def changed(live: Generation, planned: Plan) -> int:
    """How many sentences came or went. Raises GenerationError if a file of the live generation cannot be read."""
    kept = by_segment(planned.files)
    replaced = [folder / SENTENCES for folder in folders_in(live.path) if folder.name not in kept]
    before = texts(read_json(file, tuple[Sentence, ...]) for file in replaced)
    return len(before ^ texts(corpus.sentences for corpus in planned.changed.values()))


def texts(parts: Iterable[Iterable[Sentence]]) -> set[str]:
    return {in_context(sentence) for part in parts for sentence in part}
