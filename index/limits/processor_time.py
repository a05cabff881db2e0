"""Limit the processor time of work on untrusted input, such as a search with an arbitrary regular expression."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

AGAIN_SECONDS = 0.5  # the signal repeats, because Python drops an exception in code that may not raise, such as a destructor


class OutOfTimeError(Exception):
    """The processor time is used up. `key` names the profile's expression that was being searched for, if any."""

    key = ""


@contextmanager
def processor_time_limit(seconds: float) -> Iterator[None]:
    """Interrupt the body when this process has used a certain processor time.

    Works in the main thread only, because signals do not reach others; elsewhere there is no limit. A search with `re` can
    be interrupted because it checks for signals.

    :param seconds: Processor time, which does not pass while the process waits for a processor.
    :raises OutOfTimeError: If it is used up.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def expire(_number: int, _frame: FrameType | None) -> None:
        raise OutOfTimeError

    previous = signal.signal(signal.SIGVTALRM, expire)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds, AGAIN_SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, previous)
