"""Generations of the index on disk: build beside the live one, publish in one step, roll back.

    root/
    ├── .lock                   held while a build or a rollback runs
    ├── live.json               {"live": id, "previous": [id, ...]}, newest first
    └── generations/
        ├── <id>/               manifest.json and the files that it lists; never changed once it is here
        └── .building-<random>  a build under way, or what a killed one left behind

Readers take no lock: live.json is replaced whole, and names only complete generations.
"""

import errno
import logging
import os
import re
import secrets
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

from index.errors import BusyError, GenerationError
from index.generations.manifest import (
    BUILD,
    MANIFEST,
    Contents,
    Generation,
    GenerationId,
    Manifest,
    Record,
    file_entries,
    with_verification,
)

T = TypeVar("T")
log = logging.getLogger(__name__)
BUILDING = ".building-"
ID_SHAPE = re.compile(r"\d{8}T\d{6}-[0-9a-f]{8}")
NO_SPACE = {errno.ENOSPC, errno.EDQUOT}
NOT_WRITABLE = {errno.EROFS, errno.EACCES, errno.EPERM}


class Pointer(Record):
    """Which generation is live, and those to roll back to, newest first."""

    live: GenerationId
    previous: tuple[GenerationId, ...]


def utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Store:
    """The index folder `root`, which holds the live generation and earlier ones, `keep` in all and at least two."""

    root: Path
    keep: int
    clock: Callable[[], datetime] = utc_now

    def live(self) -> Generation:
        """The live generation, its files unchecked. Raises GenerationError if there is none or it is damaged."""
        return self.read(lambda generation: generation)

    def live_id(self) -> str:
        """The id of the live generation, without opening it. Raises GenerationError if there is none."""
        with os_errors_as_generation_errors(self.root):
            return self._pointer().live

    def load(self, read: Callable[[Generation], T]) -> T:
        """Verify the live generation in full and return `read(generation)`. Raises GenerationError as `live` does."""
        return self.read(with_verification(read))

    def read(self, read: Callable[[Generation], T]) -> T:
        """Return `read(generation)` for the live generation, of which `read` verifies what it needs."""
        while True:
            live = self._pointer().live
            try:
                return self.read_kept(live, read)
            except GenerationError:
                # Builds that end while we read may remove what we were reading: then the new one is wanted anyway.
                if self._pointer().live == live:
                    raise

    def read_kept(self, name: str, read: Callable[[Generation], T]) -> T:
        """Return `read(generation)` for the generation of an id."""
        with os_errors_as_generation_errors(self.root):
            return read(Generation.open(self._folder / name))

    def earlier(self) -> tuple[str, ...]:
        """The ids of the generations before the live one, newest first; of all where live.json cannot tell."""
        try:
            return self._pointer().previous
        except GenerationError:
            return self._on_disk() if self._live_file.exists() else ()

    def generations(self) -> list[Manifest]:
        """The manifests of all complete generations, newest first; a damaged one is left out with a warning."""
        manifests = []
        for name in self._on_disk():
            try:
                manifests.append(Generation.open(self._folder / name).manifest)
            except GenerationError as error:
                log.warning("%s", error)
        return manifests

    def kept(self) -> list[Generation]:
        """The live generation, and those to roll back to that can be read, newest first, their files unchecked."""
        found = [self.live()]
        for name in self._pointer().previous:
            try:
                found.append(Generation.open(self._folder / name))
            except GenerationError as error:
                log.warning("%s", error)
        return found

    @contextmanager
    def building(self) -> Iterator[Path]:
        """Yield an empty folder to build in. What is not published when the block ends, however it ends, is removed.

        Raises BusyError if another build or rollback runs, GenerationError for any OSError inside the block.
        """
        with os_errors_as_generation_errors(self.root), self._locked():
            self._sweep()
            staging = self._folder / f"{BUILDING}{secrets.token_hex(4)}"
            try:
                staging.mkdir(parents=True)
                yield staging
            finally:
                self._sweep()

    def publish(self, staging: Path, contents: Contents) -> Manifest:
        """Make the folder that `building` yielded the live generation, inside its block."""
        history = self._history()
        manifest = Manifest.seal(contents, self._next_second(), file_entries(staging))
        _write(staging / MANIFEST, manifest.to_json())
        for path in (*staging.rglob("*"), staging):
            _sync(path)
        _move(staging, self._folder / manifest.id)
        _sync(self._folder)
        self._switch(Pointer(live=manifest.id, previous=history[: max(self.keep - 1, 1)]))
        return manifest

    def rollback(self) -> Manifest:
        """Verify the generation before the live one and make it live; a second call goes one further back.

        Raises GenerationError if there is none or it is damaged, BusyError if a build runs.
        """
        with os_errors_as_generation_errors(self.root), self._locked():
            pointer = self._pointer()
            if not pointer.previous:
                raise GenerationError(f"{self._live_file}: names no earlier generation to go back to; {BUILD}")
            generation = Generation.open(self._folder / pointer.previous[0])
            generation.verify()
            self._switch(Pointer(live=pointer.previous[0], previous=pointer.previous[1:]))
            return generation.manifest

    @property
    def _folder(self) -> Path:
        return self.root / "generations"

    @property
    def _live_file(self) -> Path:
        return self.root / "live.json"

    def _pointer(self) -> Pointer:
        if not self._live_file.exists():
            raise GenerationError(f"no index at {self.root}; {BUILD}")
        return Pointer.read(self._live_file)

    def _switch(self, pointer: Pointer) -> None:
        draft = self._folder / f"{BUILDING}live.json"
        try:
            _write(draft, pointer.to_json())
            _sync(draft)
            _move(draft, self._live_file)
            _sync(self.root)
        finally:
            draft.unlink(missing_ok=True)

    def _on_disk(self) -> tuple[str, ...]:
        names = (path.name for path in self._folder.glob("*"))
        return tuple(sorted(filter(ID_SHAPE.fullmatch, names), reverse=True))

    def _history(self) -> tuple[str, ...]:
        """The generations to keep, newest first: all that are there if live.json cannot tell."""
        if not self._live_file.exists():
            return ()
        try:
            pointer = self._pointer()
        except GenerationError as error:
            log.warning("%s", error)
            return self._on_disk()
        return (pointer.live, *pointer.previous)

    def _next_second(self) -> str:
        """Now, or the second after the newest generation where that is later: ids sort as they were published."""
        now = self.clock()
        if on_disk := self._on_disk():
            newest = datetime.strptime(on_disk[0].partition("-")[0] + "Z", "%Y%m%dT%H%M%S%z")
            now = max(now, newest + timedelta(seconds=1))
        return now.strftime("%Y-%m-%dT%H:%M:%SZ")

    def _sweep(self) -> None:
        """Remove unfinished builds and the generations that live.json no longer names."""
        kept = self._history()
        for path in (*self._folder.glob(f"{BUILDING}*"), *(self._folder / name for name in self._on_disk())):
            if path.name not in kept:
                remove_if_possible(path)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        from filelock import FileLock, Timeout

        self.root.mkdir(parents=True, exist_ok=True)
        try:
            lock = FileLock(self.root / ".lock").acquire(timeout=0)
        except Timeout as error:
            raise BusyError(f"{self.root}: another build or rollback is running; try again when it has ended") from error
        with lock:
            yield


def _write(path: Path, data: bytes) -> None:
    path.write_bytes(data)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _move(source: Path, target: Path) -> None:
    source.replace(target)


@contextmanager
def os_errors_as_generation_errors(root: Path) -> Iterator[None]:
    """Turn an OSError into a GenerationError of one line that names the path and what to do."""
    try:
        yield
    except OSError as error:
        if error.errno in NO_SPACE:
            advice = "free some space, then run the command again"
        elif error.errno in NOT_WRITABLE:
            advice = "make the folder writable, or set index.path in config.toml to one that is"
        else:
            advice = "check the folder and its disk, then run the command again"
        raise GenerationError(f"{error.filename or root}: {error.strerror or error}; {advice}") from error


def remove_if_possible(path: Path) -> None:
    """Remove a file or a folder; log a warning if the disk refuses."""
    try:
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()
    except OSError as error:
        log.warning("%s: left behind (%s); the next build tries again", path, error.strerror)


def read_sound(store: Store, read: Callable[[Generation], T]) -> T:
    """Return `read(generation)` for the live generation; if it refuses that one, for the newest earlier one that it takes.

    Which one takes its place, and why, is logged as an error.

    :raises GenerationError: If it refuses every generation, for the reason that it refused the live one.
    """
    try:
        return store.read(read)
    except GenerationError as error:
        for name in store.earlier():
            try:
                found = store.read_kept(name, read)
            except GenerationError as problem:
                log.warning("%s", problem)
            else:
                log.error("%s; until then generation %s takes its place", error, name)
                return found
        raise
