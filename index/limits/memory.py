"""Whether there is memory enough for the model, asked before libraries are loaded that end a process for want of it."""

import resource
from dataclasses import dataclass
from pathlib import Path

from index.config import EMBEDDED, ModelOptions
from index.errors import ModelError

MEGABYTE = 2**20


@dataclass(frozen=True, slots=True)
class MemoryNeed:
    """What something takes, in megabytes: of address space, and of memory that it touches."""

    what: str
    address_space: int
    memory: int


# Measured on two cores: address space rises by 1,070 and 1,970, memory by 540 and 1,340.
FOR_QUESTIONS = MemoryNeed("the model", 1200, 600)
FOR_PASSAGES = MemoryNeed("the model that encodes passages", 2200, 1400)


def require_memory_for(options: ModelOptions) -> None:
    """Raise ModelError if too little is left for questions to a model of which it is known how much it takes.

    To be called before anything heavy is imported: numpy alone ends a process that has 400 MB of address space.
    """
    if options.name.startswith(EMBEDDED):
        require_memory(FOR_QUESTIONS)


def require_memory(need: MemoryNeed) -> None:
    """Raise ModelError if less than that is left, as far as this system tells."""
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
    """Megabytes of address space up to this process's limit; None if it has none."""
    limit, _ = resource.getrlimit(resource.RLIMIT_AS)
    return None if limit == resource.RLIM_INFINITY else (limit - address_space()) // MEGABYTE


def address_space() -> int:
    """Bytes of address space that this process takes; 0 where the system does not tell."""
    file = Path("/proc/self/statm")
    return int(file.read_text("ascii").split()[0]) * resource.getpagesize() if file.exists() else 0


def memory_free(file: Path = Path("/proc/meminfo")) -> int | None:
    """Megabytes of memory and swap that are to be had; None where the system does not tell."""
    if not file.exists():
        return None
    values = dict(line.split(":", 1) for line in file.read_text("ascii").splitlines())
    found = [int(values[name].split()[0]) for name in ("MemAvailable", "SwapFree") if name in values]
    return sum(found) // 1024 if "MemAvailable" in values else None
