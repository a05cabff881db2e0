"""A bound on processor time, for work on what nobody has vetted, such as a regular expression that never ends."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

AGAIN_SECONDS = 0.5  # an interrupt can get lost, where Python runs what may not raise


class OutOfTimeError(Exception):
    """The processor time is used up. `key` is that of the profile's expression that was at work, if one was."""

    key = ""


@contextmanager
def processor_time_limit(seconds: float) -> Iterator[None]:
    """Interrupt what runs inside once this process has computed for so long.

    Python's `re` looks for signals as it searches, so it can be interrupted by one. Signals reach the main thread alone: in
    any other, nothing is bounded.

    :param seconds: Processor time, which does not pass while other processes have the processor.
    :raises OutOfTimeError: If it is used up.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def expire(_number: int, _frame: FrameType | None) -> None:
        raise OutOfTimeError

    before = signal.signal(signal.SIGVTALRM, expire)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds, AGAIN_SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)
