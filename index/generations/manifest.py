"""Describe and verify a generation: the manifest contains a hash of every file, and the id is a hash of the manifest."""

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

FORMAT = 15
MANIFEST = "manifest.json"
BUILD = "run: report-index build"
RECOVER = "run: report-index rollback, or: report-index build"
T = TypeVar("T")
GenerationId = Annotated[str, Field(pattern=r"^\d{8}T\d{6}-[0-9a-f]{8}$")]
Timestamp = Annotated[str, Field(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")]
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
PASSAGES, SENTENCES, SESSIONS, EXPANSIONS = "passages.json", "sentences.json", "sessions.json", "expansions.json"
SOURCES = "sources.json"
ANSWERABILITY = "answerability.json"  # in the corpus folder
TOKENS, EXPANSION_TOKENS = "tokens", "expansion-tokens"


class Record(BaseModel):
    """A JSON file of the store, immutable and strict about keys and types."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read a record from a file.

        :raises GenerationError: If the file is not valid; the message names the problem and the command to run.
        """
        try:
            return cls.model_validate_json(path.read_bytes())
        except OSError as error:
            raise GenerationError(f"{path}: {error.strerror}; {RECOVER}") from error
        except ValidationError as error:
            raise GenerationError(f"{path}: {describe_errors(error).removeprefix(': ')}; {BUILD}") from error

    def to_json(self, exclude: set[str] | None = None) -> bytes:
        """Serialise as indented UTF-8 JSON with sorted keys: equal records give equal bytes."""
        values = self.model_dump(mode="json", exclude=exclude)
        return (json.dumps(values, ensure_ascii=False, sort_keys=True, indent=1) + "\n").encode()


class FileEntry(Record):
    """Hash and size, in bytes, of one file."""

    sha256: Sha256
    bytes: int = Field(ge=0)


class Contents(Record):
    """What a build records about its result.

    `fingerprint` hashes all inputs of the build, `making` all but the reports. `dense` contains the type of the dense index
    and its recall@10. `answerability` contains, by the reader's fingerprint, the weights of reports that have their own.
    `drift` is the share of sentences that were added or removed since calibration and quality were measured.
    """

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
    answerability: dict[str, dict[str, list[float]]] = Field(default_factory=dict)
    quality: dict[str, dict[str, float]] = Field(default_factory=dict)


class FormatOnly(Record):
    """The format number of a manifest of any format."""

    model_config = ConfigDict(extra="ignore")

    format: int


class Manifest(Contents):
    """The contents of one generation and its files by name, except `manifest.json` itself.

    `created` is in UTC. `byteorder` is that of the processor that wrote the files, some of which use it for numbers.
    """

    format: int
    id: GenerationId
    created: Timestamp
    byteorder: str
    files: dict[str, FileEntry]

    @classmethod
    def seal(cls, contents: Contents, created: str, files: dict[str, FileEntry]) -> Manifest:
        """Create a manifest with an id from `created` and a hash of all other values."""
        values = dict(contents) | {"format": FORMAT, "created": created, "byteorder": sys.byteorder, "files": files}
        draft = cls.model_construct(**values, id="")
        return cls(**values, id=draft.sealed_id)

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read a manifest.

        :raises GenerationError: If it has another format or byte order, or was changed or moved after it was written.
        """
        format_number = FormatOnly.read(path).format
        if format_number != FORMAT:
            raise GenerationError(f"{path}: is of format {format_number}, this program reads format {FORMAT}; {BUILD}")
        manifest = super().read(path)
        if not manifest.id == manifest.sealed_id == path.parent.name:
            raise GenerationError(f"{path}: was changed or moved after it was written; {RECOVER}")
        if manifest.byteorder != sys.byteorder:
            raise GenerationError(f"{path}: was built by a {manifest.byteorder}-endian processor, this one is not; {BUILD}")
        return manifest

    @property
    def sealed_id(self) -> str:
        """The id for the current values: sorts by time and depends on every value."""
        digest = hashlib.sha256(self.to_json(exclude={"id"})).hexdigest()
        return f"{re.sub('[-:Z]', '', self.created)}-{digest[:8]}"


@dataclass(frozen=True, slots=True)
class Generation:
    """One complete index: a folder and its manifest."""

    path: Path
    manifest: Manifest

    @classmethod
    def open(cls, path: Path) -> Generation:
        """Open the generation in a folder.

        :raises GenerationError: As `Manifest.read` does.
        """
        return cls(path, Manifest.read(path / MANIFEST))

    def file(self, name: str) -> Path:
        """Return the path of a file.

        :raises GenerationError: If the manifest does not list it.
        """
        if name not in self.manifest.files:
            raise GenerationError(f"{self.path / name}: not listed in {MANIFEST}; {BUILD}")
        return self.path / name

    def verify(self, *, hashes: bool = True) -> None:
        """Compare the files with the manifest.

        :param hashes: Whether to compare contents in addition to names and sizes.
        :raises GenerationError: For the first difference.
        """
        present, listed = file_names(self.path), self.manifest.files
        for name in sorted(present | listed.keys()):
            self._check_file(name, name in present, hashes)

    def verify_file(self, name: str) -> None:
        """Compare one file, contents included, with the manifest.

        :raises GenerationError: If it differs or is not listed.
        """
        self._check_file(name, (self.path / name).is_file(), hashes=True)

    def _check_file(self, name: str, present: bool, hashes: bool) -> None:
        if problem := self._find_problem(name, present, self.manifest.files.get(name), hashes):
            raise GenerationError(f"{self.path / name}: {problem}; {RECOVER}")

    def _find_problem(self, name: str, present: bool, entry: FileEntry | None, hashes: bool) -> str | None:
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
    """Wrap a reader so that it verifies all files of the generation first."""

    def read_verified(generation: Generation) -> T:
        generation.verify()
        return read(generation)

    return read_verified


def file_names(folder: Path) -> set[str]:
    """Return the relative POSIX paths of all files in a folder and its subfolders, except the manifest."""
    names = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if not path.is_dir()}
    return names - {MANIFEST}


def file_entries(folder: Path) -> dict[str, FileEntry]:
    """Return size and hash of every file in a folder and its subfolders, except the manifest."""
    return {name: file_entry(folder / name) for name in sorted(file_names(folder))}


def file_entry(path: Path) -> FileEntry:
    """Return size and hash of a file."""
    return FileEntry(sha256=file_sha256(path), bytes=path.stat().st_size)


def file_sha256(path: Path) -> str:
    """Return the SHA-256 of a file in hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


@cache
def type_adapter(kind: Any) -> TypeAdapter[Any]:
    """Return the cached pydantic adapter of a type."""
    return TypeAdapter(kind)


def write_json(path: Path, kind: Any, values: Sequence[Any]) -> None:
    """Write values as a JSON list.

    :param kind: The type of the list, such as `list[Passage]`.
    """
    path.write_bytes(type_adapter(kind).dump_json(list(values)))


def read_json(path: Path, kind: Any) -> Any:
    """Read what `write_json` wrote.

    :param kind: The type of the result, such as `tuple[Passage, ...]`.
    :raises GenerationError: If the file cannot be read as that type.
    """
    try:
        return type_adapter(kind).validate_json(path.read_bytes())
    except (OSError, ValidationError) as error:
        raise GenerationError(f"{path}: cannot be read as what it should be; run: report-index build") from error
