"""Keep generations of the index on disk: build beside the live one, publish atomically, roll back.

    root/
    ├── .lock                   locked while a build or a rollback runs
    ├── live.json               {"live": id, "previous": [id, ...]}, newest first
    └── generations/
        ├── <id>/               manifest.json and the files that it lists; never modified
        └── .building-<random>  a running build, or the remains of a killed one

Readers need no lock: live.json is replaced atomically and names complete generations only.
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
    """The contents of live.json: the live generation and earlier ones to roll back to, newest first."""

    live: GenerationId
    previous: tuple[GenerationId, ...]


def utc_now() -> datetime:
    """Return the current time in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Store:
    """The index folder `root` with the live generation and earlier ones: `keep` in total, but at least two."""

    root: Path
    keep: int
    clock: Callable[[], datetime] = utc_now

    def live(self) -> Generation:
        """Return the live generation without checking its files.

        :raises GenerationError: If there is none or its manifest is damaged.
        """
        return self.read(lambda generation: generation)

    def live_id(self) -> str:
        """Return the id of the live generation without opening it.

        :raises GenerationError: If there is none.
        """
        with os_errors_as_generation_errors(self.root):
            return self._pointer().live

    def load(self, read: Callable[[Generation], T]) -> T:
        """Verify all files of the live generation and return `read(generation)`.

        :raises GenerationError: If there is none or it is damaged.
        """
        return self.read(with_verification(read))

    def read(self, read: Callable[[Generation], T]) -> T:
        """Return `read(generation)` for the live generation.

        :param read: Called again if a build replaces the generation meanwhile. It verifies the files that it uses.
        :raises GenerationError: If there is no live generation or it is damaged.
        """
        while True:
            live = self._pointer().live
            try:
                return self.read_kept(live, read)
            except GenerationError:
                # A build that ends meanwhile may remove this generation: read the new one instead.
                if self._pointer().live == live:
                    raise

    def read_kept(self, name: str, read: Callable[[Generation], T]) -> T:
        """Return `read(generation)` for the generation with an id.

        :raises GenerationError: If it does not exist or is damaged.
        """
        with os_errors_as_generation_errors(self.root):
            return read(Generation.open(self._folder / name))

    def earlier(self) -> tuple[str, ...]:
        """Return the ids of earlier generations, newest first; of all generations if live.json is damaged."""
        try:
            return self._pointer().previous
        except GenerationError:
            return self._on_disk() if self._live_file.exists() else ()

    def generations(self) -> list[Manifest]:
        """Return the manifests of all complete generations, newest first. A damaged one is skipped with a warning."""
        manifests = []
        for name in self._on_disk():
            try:
                manifests.append(Generation.open(self._folder / name).manifest)
            except GenerationError as error:
                log.warning("%s", error)
        return manifests

    def kept(self) -> list[Generation]:
        """Return the live generation and the readable earlier ones, newest first, without checking their files.

        :raises GenerationError: If there is no live generation or it is damaged.
        """
        readable = [self.live()]
        for name in self._pointer().previous:
            try:
                readable.append(Generation.open(self._folder / name))
            except GenerationError as error:
                log.warning("%s", error)
        return readable

    @contextmanager
    def building(self) -> Iterator[Path]:
        """Yield an empty folder for a new build, and remove it at the end of the block unless it was published.

        :raises BusyError: If another build or rollback runs.
        :raises GenerationError: For any OSError in the block.
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
        """Make a folder from `building` the live generation. Call this within its block.

        :raises OSError: If the disk fails; `building` turns it into a GenerationError.
        """
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
        """Verify the previous generation and make it live. Repeated calls go further back.

        :raises GenerationError: If there is none or it is damaged.
        :raises BusyError: If a build runs.
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
        """Return the generations to keep, newest first; all on disk if live.json is damaged."""
        if not self._live_file.exists():
            return ()
        try:
            pointer = self._pointer()
        except GenerationError as error:
            log.warning("%s", error)
            return self._on_disk()
        return (pointer.live, *pointer.previous)

    def _next_second(self) -> str:
        """Return the current time, but at least one second after the newest generation, so that ids sort in order."""
        now = self.clock()
        if on_disk := self._on_disk():
            newest = datetime.strptime(on_disk[0].partition("-")[0] + "Z", "%Y%m%dT%H%M%S%z")
            now = max(now, newest + timedelta(seconds=1))
        return now.strftime("%Y-%m-%dT%H:%M:%SZ")

    def _sweep(self) -> None:
        """Remove unfinished builds and generations that live.json does not name."""
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
    """Raise an OSError of the body as a GenerationError of one line that names the path and a remedy.

    :raises GenerationError: For any OSError.
    """
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
    """Remove a file or folder; log a warning if that fails."""
    try:
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()
    except OSError as error:
        log.warning("%s: left behind (%s); the next build tries again", path, error.strerror)


def read_sound(store: Store, read: Callable[[Generation], T]) -> T:
    """Return `read(generation)` for the live generation, or for the newest earlier one if the live one is damaged.

    The use of an earlier one is logged as an error.

    :raises GenerationError: If no generation can be read, for the reason that the live one cannot.
    """
    try:
        return store.read(read)
    except GenerationError as error:
        for name in store.earlier():
            try:
                result = store.read_kept(name, read)
            except GenerationError as earlier_error:
                log.warning("%s", earlier_error)
            else:
                log.error("%s; until then generation %s takes its place", error, name)
                return result
        raise
