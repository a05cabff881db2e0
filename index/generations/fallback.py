"""The newest generation that is sound, in the place of a live one that is damaged."""

import logging
from collections.abc import Callable
from typing import TypeVar

from index.errors import GenerationError
from index.generations.manifest import Generation
from index.generations.store import Store

T = TypeVar("T")
log = logging.getLogger(__name__)


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
