"""How large a file of a report may be, and its refusal beyond."""

from dataclasses import dataclass
from pathlib import Path

from index.errors import CorpusError


@dataclass(frozen=True, slots=True)
class Limits:
    """How large a file may be: in bytes, unpacked too, in pages, and in characters of its text."""

    size: int = 100_000_000
    unpacked: int = 500_000_000
    pages: int = 5000
    characters: int = 10_000_000


LIMITS = Limits()


def read_at_most(file: Path, limit: int) -> bytes:
    """The bytes of a file. Raises CorpusError if it cannot be read, TooLargeError if there are more than a limit."""
    try:
        if file.exists() and not file.is_file():
            raise CorpusError(f"{file}: is no file")
        expect_at_most(file.stat().st_size, limit, "bytes")
        return file.read_bytes()
    except OSError as error:
        raise CorpusError(f"{file}: cannot be read ({error.strerror})") from error


def expect_at_most(count: int, limit: int, unit: str) -> None:
    """Raise TooLargeError for more than a limit."""
    if count > limit:
        raise TooLargeError(f"has {count:,} {unit}, more than {limit:,}")


class TooLargeError(Exception):
    """A file beyond the limits."""
