"""What was made of texts most recently, by digests of them: the texts themselves are not kept."""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from typing import Generic, TypeVar

Made = TypeVar("Made")


class Recent(Generic[Made]):
    """The things made of the `most` texts that were asked for last. Threads may share one."""

    def __init__(self, most: int) -> None:
        self.most = most
        self._made: OrderedDict[bytes, Made] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, text: str) -> Made | None:
        """What was made of a text, if it is still here."""
        key = digest(text)
        with self._lock:
            if key in self._made:
                self._made.move_to_end(key)
            return self._made.get(key)

    def put(self, text: str, made: Made) -> None:
        """Keep what was made of a text, in the place of what was asked for longest ago."""
        with self._lock:
            self._made[digest(text)] = made
            if len(self._made) > self.most:
                self._made.popitem(last=False)


def digest(text: str) -> bytes:
    return hashlib.blake2b(text.encode(errors="surrogatepass"), digest_size=16).digest()
