"""What a generation says of itself, and its proof: the manifest hashes every file, the id hashes the manifest."""

from __future__ import annotations

import hashlib
import json
import re
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from index.config import describe_errors
from index.errors import GenerationError
from index.models import ReportInfo

FORMAT = 11
MANIFEST = "manifest.json"
BUILD = "run: report-index build"
RECOVER = "run: report-index rollback, or: report-index build"
T = TypeVar("T")
GenerationId = Annotated[str, Field(pattern=r"^\d{8}T\d{6}-[0-9a-f]{8}$")]
Timestamp = Annotated[str, Field(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")]
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
PASSAGES, SENTENCES, SESSIONS, EXPANSIONS = "passages.json", "sentences.json", "sessions.json", "expansions.json"
SOURCES = "sources.json"
TOKENS, EXPANSION_TOKENS = "tokens", "expansion-tokens"
JUDGE = "judge.npz"


class Record(BaseModel):
    """A JSON file of the store. Frozen, and strict about keys and types."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read `path`. Raises GenerationError naming the file, what is wrong in it, and the command to run."""
        try:
            return cls.model_validate_json(path.read_bytes())
        except OSError as error:
            raise GenerationError(f"{path}: {error.strerror}; {RECOVER}") from error
        except ValidationError as error:
            raise GenerationError(f"{path}: {describe_errors(error).removeprefix(': ')}; {BUILD}") from error

    def to_json(self, exclude: set[str] | None = None) -> bytes:
        """The record as indented UTF-8 JSON with sorted keys: equal records give equal bytes."""
        values = self.model_dump(mode="json", exclude=exclude)
        return (json.dumps(values, ensure_ascii=False, sort_keys=True, indent=1) + "\n").encode()


class FileEntry(Record):
    sha256: Sha256
    bytes: int = Field(ge=0)


class Contents(Record):
    """What a build knows of what it made. `fingerprint` hashes everything that the files depend on, `making` tells all of it
    but the reports; `dense` says of which type the dense index is, and what share of the ten nearest vectors it finds;
    `drift`, what share of the sentences came or went since calibration and quality were measured."""

    fingerprint: str
    making: str
    corpus: tuple[ReportInfo, ...]
    model: str
    model_sha256: str
    dimensions: int = Field(ge=1)
    dtype: str
    chunking: dict[str, int | float | str | bool]
    libraries: dict[str, str]
    counts: dict[str, int]
    dense: dict[str, str | float] = Field(default={"type": "flat", "recall@10": 1.0})
    calibration: dict[str, dict[str, float]]
    drift: float = 0.0
    cuts: dict[str, float] = Field(default_factory=dict)
    quality: dict[str, dict[str, float]] = Field(default_factory=dict)


class FormatOnly(Record):
    model_config = ConfigDict(extra="ignore")

    format: int


class Manifest(Contents):
    """The contents of one generation and its files by name, `manifest.json` itself left out. `created` is UTC.

    `byteorder` is that of the processor: some of the files hold numbers as it does.
    """

    format: int
    id: GenerationId
    created: Timestamp
    byteorder: str
    files: dict[str, FileEntry]

    @classmethod
    def seal(cls, contents: Contents, created: str, files: dict[str, FileEntry]) -> Manifest:
        """The manifest whose id is `created` and a hash of everything else."""
        values = dict(contents) | {"format": FORMAT, "created": created, "byteorder": sys.byteorder, "files": files}
        draft = cls.model_construct(**values, id="")
        return cls(**values, id=draft.sealed_id)

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read `path`. Raises GenerationError if it is of another format, or was changed since it was sealed."""
        found = FormatOnly.read(path).format
        if found != FORMAT:
            raise GenerationError(f"{path}: is of format {found}, this program reads format {FORMAT}; {BUILD}")
        manifest = super().read(path)
        if not manifest.id == manifest.sealed_id == path.parent.name:
            raise GenerationError(f"{path}: was changed or moved after it was written; {RECOVER}")
        if manifest.byteorder != sys.byteorder:
            raise GenerationError(f"{path}: was built by a {manifest.byteorder}-endian processor, this one is not; {BUILD}")
        return manifest

    @property
    def sealed_id(self) -> str:
        """The id that these values ask for: sortable by time, and different as soon as one value differs."""
        digest = hashlib.sha256(self.to_json(exclude={"id"})).hexdigest()
        return f"{re.sub('[-:Z]', '', self.created)}-{digest[:8]}"


@dataclass(frozen=True, slots=True)
class Generation:
    """One complete index: a folder and its manifest."""

    path: Path
    manifest: Manifest

    @classmethod
    def open(cls, path: Path) -> Generation:
        """Read the manifest in the folder `path`. Raises GenerationError as `Manifest.read` does."""
        return cls(path, Manifest.read(path / MANIFEST))

    def file(self, name: str) -> Path:
        """The path of a file that the manifest lists. Raises GenerationError for any other name."""
        if name not in self.manifest.files:
            raise GenerationError(f"{self.path / name}: not listed in {MANIFEST}; {BUILD}")
        return self.path / name

    def verify(self, *, hashes: bool = True) -> None:
        """Compare names and sizes, and with `hashes` contents too. Raises GenerationError naming the first bad file."""
        present, listed = file_names(self.path), self.manifest.files
        for name in sorted(present | listed.keys()):
            self._expect(name, name in present, hashes)

    def verify_file(self, name: str) -> None:
        """Compare one file that the manifest lists. Raises GenerationError as `verify` does."""
        self._expect(name, (self.path / name).is_file(), hashes=True)

    def _expect(self, name: str, present: bool, hashes: bool) -> None:
        if problem := self._problem(name, present, self.manifest.files.get(name), hashes):
            raise GenerationError(f"{self.path / name}: {problem}; {RECOVER}")

    def _problem(self, name: str, present: bool, entry: FileEntry | None, hashes: bool) -> str | None:
        if entry is None:
            return f"not listed in {MANIFEST}"
        if not present:
            return "missing"
        try:
            size = (self.path / name).stat().st_size
            if size != entry.bytes:
                return f"{size} bytes where {MANIFEST} says {entry.bytes}"
            if hashes and file_sha256(self.path / name) != entry.sha256:
                return f"its content is not what {MANIFEST} says (sha256 differs)"
        except OSError as error:
            return f"{error.strerror}"
        return None


def with_verification(read: Callable[[Generation], T]) -> Callable[[Generation], T]:
    """A reader that verifies a generation in full first."""

    def read_verified(generation: Generation) -> T:
        generation.verify()
        return read(generation)

    return read_verified


def file_names(folder: Path) -> set[str]:
    """Every file below `folder` but its manifest, as relative POSIX paths."""
    names = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if not path.is_dir()}
    return names - {MANIFEST}


def file_entries(folder: Path) -> dict[str, FileEntry]:
    """Size and hash of every file below `folder` but its manifest."""
    return {name: file_entry(folder / name) for name in sorted(file_names(folder))}


def file_entry(path: Path) -> FileEntry:
    return FileEntry(sha256=file_sha256(path), bytes=path.stat().st_size)


def file_sha256(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


@cache
def type_adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


def write_json(path: Path, kind: Any, values: Sequence[Any]) -> None:
    """Write values, of which `kind` is the type of the list."""
    path.write_bytes(type_adapter(kind).dump_json(list(values)))


def read_json(path: Path, kind: Any) -> Any:
    """Read what `write_json` wrote. Raises GenerationError if it cannot be read."""
    try:
        return type_adapter(kind).validate_json(path.read_bytes())
    except (OSError, ValidationError) as error:
        raise GenerationError(f"{path}: cannot be read as what it should be; run: report-index build") from error
