"""Segments for a build: those of reports that changed are made anew, the others taken over from the live generation."""

from __future__ import annotations

import logging
import os
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from index.build.encoding import Encoding
from index.config import Settings
from index.errors import GenerationError
from index.generations import fingerprint
from index.generations.files import SEGMENTS
from index.generations.manifest import FileEntry, Generation
from index.generations.segments import Legs, Segment, grouped
from index.generations.store import Store
from index.reports import profile
from index.reports.corpus import Corpus, read_reports
from index.retrieval.frame import FRAME, SAMPLE, Frame

log = logging.getLogger(__name__)


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
