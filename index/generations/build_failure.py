"""Record why the last build failed, so that programs that use an older generation can report it."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from index.errors import BusyError, GenerationError
from index.generations.manifest import Record, Timestamp
from index.generations.store import remove_if_possible

log = logging.getLogger(__name__)

FILE = "build-failure.json"


class BuildFailure(Record):
    """Time, in UTC, and reason of a failed build."""

    failed: Timestamp
    reason: str


@contextmanager
def recording_failure(index: Path) -> Iterator[None]:
    """Record an exception of the body as the last failure, or remove the record if there is none.

    A BusyError does not count: another build is running.
    """
    try:
        yield
    except BusyError:
        raise
    except Exception as error:
        record_failure(index, failure_reason(error))
        raise
    if (index / FILE).exists():
        remove_if_possible(index / FILE)


def record_failure(index: Path, reason: str) -> None:
    """Write a failure into an existing index folder; an error of the disk is logged."""
    if not index.is_dir():
        return
    failure = BuildFailure(failed=datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"), reason=reason)
    draft = index / f".{FILE}"
    try:
        draft.write_bytes(failure.to_json())
        draft.replace(index / FILE)
    except OSError as error:
        log.warning("%s: cannot be written (%s)", index / FILE, error.strerror)


def last_failure(index: Path) -> str:
    """Return time and reason of the last failure in one line, or an empty string if the last build succeeded."""
    if not (index / FILE).exists():
        return ""
    try:
        failure = BuildFailure.read(index / FILE)
    except GenerationError as error:
        return str(error)
    return f"the build of {failure.failed} failed: {failure.reason}"


def failure_reason(error: BaseException) -> str:
    """Describe an error in one line."""
    if isinstance(error, MemoryError):
        return "not enough memory"
    text = " ".join(str(error).split())
    named = type(error).__module__.startswith("index.")
    return text if named else f"{type(error).__name__}: {text}"
