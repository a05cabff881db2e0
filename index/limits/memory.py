"""Check that there is enough memory for a model before loading libraries that abort the process without it."""

import resource
from dataclasses import dataclass
from pathlib import Path

from index.config import EMBEDDED, ModelOptions
from index.errors import ModelError

MEGABYTE = 2**20


@dataclass(frozen=True, slots=True)
class MemoryNeed:
    """The memory that something needs: address space and resident memory, both in megabytes."""

    what: str
    address_space: int
    memory: int


# Measured on two cores: address space grows by 1,070 and 1,970 MB, resident memory by 540 and 1,340 MB.
FOR_QUESTIONS = MemoryNeed("the model", 1200, 600)
FOR_PASSAGES = MemoryNeed("the model that encodes passages", 2200, 1400)


def require_memory_for(options: ModelOptions) -> None:
    """Check that there is enough memory to encode questions with the embedded model. The needs of other models are unknown.

    Call this before heavy imports: numpy alone aborts a process with 400 MB of address space.

    :raises ModelError: If there is too little memory.
    """
    if options.name.startswith(EMBEDDED):
        require_memory(FOR_QUESTIONS)


def require_memory(need: MemoryNeed) -> None:
    """Check that there is enough memory, as far as the system reports it.

    :raises ModelError: If there is too little.
    """
    left = address_space_left()
    if left is not None and left < need.address_space:
        raise ModelError(
            f"{need.what} needs about {need.address_space:,} MB of address space, and {left:,} MB are left; "
            "raise the limit that `ulimit -v` shows"
        )
    free = memory_free()
    if free is not None and free < need.memory:
        raise ModelError(
            f"{need.what} needs about {need.memory:,} MB of memory, and {free:,} MB are free; end other programs or add swap"
        )


def address_space_left() -> int | None:
    """Return the megabytes of address space up to this process's limit, or None without a limit."""
    limit, _ = resource.getrlimit(resource.RLIMIT_AS)
    return None if limit == resource.RLIM_INFINITY else (limit - address_space()) // MEGABYTE


def address_space() -> int:
    """Return the bytes of address space that this process uses, or 0 if the system does not report it."""
    file = Path("/proc/self/statm")
    return int(file.read_text("ascii").split()[0]) * resource.getpagesize() if file.exists() else 0


def memory_free(file: Path = Path("/proc/meminfo")) -> int | None:
    """Return the megabytes of available memory and swap, or None if the system does not report them."""
    if not file.exists():
        return None
    values = dict(line.split(":", 1) for line in file.read_text("ascii").splitlines())
    kilobytes = [int(values[name].split()[0]) for name in ("MemAvailable", "SwapFree") if name in values]
    return sum(kilobytes) // 1024 if "MemAvailable" in values else None
