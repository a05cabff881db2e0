"""Converting a file that nobody has vetted: in a process of its own, in bounded time and memory."""

import resource
from functools import partial
from pathlib import Path

from index.errors import ChildError, CorpusError
from index.ingest.conversion import Converted, convert
from index.limits.child_process import call_in_child
from index.limits.memory import address_space

SECONDS = 300.0
BYTES = 4 * 10**9  # of address space, beyond what the process has


def convert_bounded(file: Path, seconds: float = SECONDS, memory: int = BYTES) -> Converted:
    """Convert a file as `convert` does. Raises CorpusError if it takes longer than `seconds`, or more memory in bytes."""
    try:
        return call_in_child(partial(convert_within, file, memory), seconds)
    except ChildError as error:
        raise CorpusError(f"{file}: converting it {error}; split it, or save it as plain text") from error


def convert_within(file: Path, memory: int) -> Converted:
    """Convert a file in a process that may take so much more address space."""
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    limit = address_space() + memory
    resource.setrlimit(resource.RLIMIT_AS, (limit if hard == resource.RLIM_INFINITY else min(limit, hard), hard))
    return convert(file)
