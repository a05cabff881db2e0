"""Keeps the process small and its garbage collector quick: the GNU C library holds back what was freed."""

import ctypes
import gc

M_ARENA_MAX = -8  # malloc.h
ARENAS = 2


def share_heaps() -> None:
    """Let threads share two heaps, rather than each having one of its own; before there are threads."""
    library = ctypes.CDLL(None)
    if hasattr(library, "mallopt"):
        library.mallopt(M_ARENA_MAX, ARENAS)


def settle() -> None:
    """Leave what is loaded by now, and stays, out of later searches for garbage: each would stop every thread for long."""
    gc.collect()
    gc.freeze()
    # How much there is left decides how often it is searched.
    gc.collect()


def give_back() -> None:
    """Return to the system what is free. Takes milliseconds, without holding Python's lock."""
    library = ctypes.CDLL(None)
    if hasattr(library, "malloc_trim"):
        library.malloc_trim(0)
