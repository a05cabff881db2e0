"""Segments for a build: those of reports that changed are made anew, the others taken over from the live generation."""

from __future__ import annotations

import logging
import os
import shutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from index.config import Settings
from index.encoding.encoder import Encoded, Encoder
from index.errors import GenerationError
from index.generations import fingerprint
from index.generations.manifest import SEGMENTS, FileEntry, Generation
from index.generations.segments import Legs, Segment, grouped, in_context
from index.generations.store import Store
from index.models import Expansion
from index.reports import profile
from index.reports.corpus import Corpus, read_reports
from index.retrieval.token_index import FRAME, SAMPLE, Frame

log = logging.getLogger(__name__)
# Told the stage, how much of it is done, and how much there is.
Progress = Callable[[str, int, int], None]
Encodings = tuple[list[Encoded], list[Encoded]]


@dataclass(frozen=True, slots=True)
class Plan:
    """The segments of a build by name: the reports that are to be read, and the files that are taken over instead."""

    changed: Mapping[str, Corpus]
    files: Mapping[str, FileEntry]
    earlier: Generation | None = None


def plan(settings: Settings, earlier: Generation | None) -> Plan:
    """What is to be made, with the changed reports read. Raises CorpusError naming the file that cannot be used."""
    folders = profile.folders(settings.corpus.path)
    held = by_segment(earlier.manifest.files) if earlier else {}
    changed: dict[str, Corpus] = {}
    files: dict[str, FileEntry] = {}
    for group, some in grouped(folders).items():
        name = f"{group}-{fingerprint.of_reports(some, settings, alone=len(folders) == 1)}"
        if earlier and name in held and intact(earlier, held[name]):
            files |= held[name]
        else:
            changed[name] = read_reports(some, settings, alone=len(folders) == 1)
    return Plan(changed, files, earlier if files else None)


def reusable(store: Store, settings: Settings) -> Generation | None:
    """The live generation, if its frame holds for any more reports and it was built with the model that is configured."""
    try:
        live = store.live()
        fits = live.manifest.model == settings.model.name and Frame.load(live.file(FRAME)).full
    except GenerationError:
        return None
    return live if fits else None


def by_segment(files: Mapping[str, FileEntry]) -> dict[str, dict[str, FileEntry]]:
    """The files of each segment among those of a generation."""
    found: dict[str, dict[str, FileEntry]] = {}
    for file, entry in files.items():
        if file.startswith(f"{SEGMENTS}/"):
            found.setdefault(file.split("/")[1], {})[file] = entry
    return found


def intact(earlier: Generation, files: Iterable[str]) -> bool:
    """Whether files of an earlier generation are what its manifest says."""
    try:
        for file in files:
            earlier.verify_file(file)
    except GenerationError as error:
        log.warning("%s; it is made anew", error)
        return False
    return True


def write(planned: Plan, encoding: Encoding, staging: Path) -> None:
    """Write every segment, and the frame that they share, into a generation's folder."""
    frame = Frame.load(planned.earlier.file(FRAME)) if planned.earlier else measured(encoding)
    frame.save(staging / FRAME)
    for name in sorted(planned.changed):
        folder, (sentences, told) = staging / SEGMENTS / name, encoding.take(name)
        Segment.of(planned.changed[name], sentences, told, frame).write(folder)
        Legs.of(planned.changed[name], sentences).write(folder)
    if planned.earlier:
        for file in planned.files:
            link(planned.earlier.path / file, staging / file)


def measured(encoding: Encoding) -> Frame:
    """The frame of what is encoded, measured on the first segments, as many as a full one takes."""
    sentences, told, tokens = [], [], 0
    for name in sorted(encoding.corpora):
        found = encoding.ahead(name)
        sentences += found[0]
        told += found[1]
        tokens += sum(len(each.tokens) for each in found[0])
        if tokens >= SAMPLE:
            break
    return Frame.measure(sentences, told)


def link(source: Path, target: Path) -> None:
    """The same file in another place, copied where a file system knows no links."""
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)


class Encoding:
    """The sentences and expansions of some segments, encoded when asked for; tells how far it is over all of them."""

    def __init__(self, corpora: Mapping[str, Corpus], encoder: Encoder, batch_size: int, progress: Progress) -> None:
        self.corpora, self.encoder, self.batch_size, self.progress = corpora, encoder, batch_size, progress
        self._ahead: dict[str, Encodings] = {}
        self._done = {"encode": 0, "expand": 0}
        self._total = {
            "encode": sum(len(corpus.sentences) for corpus in corpora.values()),
            "expand": sum(len(corpus.expansions) for corpus in corpora.values()),
        }

    def ahead(self, name: str) -> Encodings:
        """Those of a segment, kept for whoever takes them."""
        self._ahead[name] = self.take(name)
        return self._ahead[name]

    def take(self, name: str) -> Encodings:
        """Those of a segment, sentences and expansions, which are kept no longer."""
        if name in self._ahead:
            return self._ahead.pop(name)
        corpus = self.corpora[name]
        texts = [in_context(sentence) for sentence in corpus.sentences]
        sentences = encode(texts, self.encoder, self.encoder.documents, self.batch_size, partial(self._tell, "encode"))
        told = encode_expansions(corpus.expansions, self.encoder, self.batch_size, partial(self._tell, "expand"))
        self._done = {"encode": self._done["encode"] + len(sentences), "expand": self._done["expand"] + len(told)}
        return sentences, told

    def _tell(self, stage: str, done: int) -> None:
        self.progress(stage, self._done[stage] + done, self._total[stage])


def encode_expansions(
    told: Sequence[Expansion], encoder: Encoder, batch_size: int, progress: Callable[[int], None]
) -> list[Encoded]:
    """Encode questions as what they are, for they are to meet questions, and all else as what is searched."""
    asked = [number for number, each in enumerate(told) if each.kind == "question"]
    rest = [number for number, each in enumerate(told) if each.kind != "question"]
    encoded: dict[int, Encoded] = {}

    def tell(before: int, done: int) -> None:
        progress(before + done)

    for numbers, way in ((asked, encoder.stored_queries), (rest, encoder.documents)):
        if numbers:
            texts = [told[number].text for number in numbers]
            encoded |= zip(numbers, encode(texts, encoder, way, batch_size, partial(tell, len(encoded))), strict=True)
    return [encoded[number] for number in range(len(told))]


def encode(
    texts: Sequence[str],
    encoder: Encoder,
    way: Callable[[Sequence[str]], list[Encoded]],
    batch_size: int,
    progress: Callable[[int], None],
) -> list[Encoded]:
    """Encode in batches of like length, so that little is padded; the result is in the order of `texts`.

    :param way: the encoder's method that encodes such texts.
    """
    lengths = encoder.count_tokens(texts)
    order = sorted(range(len(texts)), key=lambda n: lengths[n])
    encoded: dict[int, Encoded] = {}
    progress(0)
    for start in range(0, len(order), batch_size):
        batch = order[start : start + batch_size]
        encoded |= zip(batch, way([texts[n] for n in batch]), strict=True)
        progress(len(encoded))
    return [encoded[n] for n in range(len(texts))]
