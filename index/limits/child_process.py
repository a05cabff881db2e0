"""Run calls in a child process, so that the caller survives an endless loop or a lack of memory."""

import os
import pickle
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import TypeVar

from index.errors import ChildError

T = TypeVar("T")
Progress = Callable[[int, int], None]  # called with how much is done, and of how much
GRACE_SECONDS = 30.0  # for an interrupted call to remove incomplete files


def call_in_child(
    call: Callable[[], T], seconds: float, may_stop: Callable[[], bool] = lambda: True, grace: float = GRACE_SECONDS
) -> T:
    """Run a call in a forked process and return its result, which must be picklable.

    :param seconds: Wall-clock time after which the call is stopped, if `may_stop()` is true then. Otherwise it may finish.
    :param grace: Seconds that an interrupted call has to end before it is killed.
    :raises ChildError: If the process died or was stopped. Exceptions of the call itself are raised as they are.
    """
    return watch_child(lambda _: call(), lambda *_: None, seconds, may_stop, grace)


def watch_child(
    call: Callable[[Progress], T],
    report: Progress,
    seconds: float,
    may_stop: Callable[[], bool] = lambda: True,
    grace: float = GRACE_SECONDS,
) -> T:
    """Run a call as `call_in_child` does, and report its progress in this process.

    :param call: Called with a function that reports its progress.
    :param report: Called for each such report.
    :raises ChildError: If the process died or was stopped. Exceptions of the call itself are raised as they are.
    """
    context = get_context("fork")
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=report_call, args=(call, sender), daemon=True)
    process.start()
    sender.close()
    deadline = time.monotonic() + seconds
    with receiver, passing_on_interrupts(process):
        while True:
            if not receiver.poll(max(0.0, deadline - time.monotonic())) and may_stop():
                stop_process(process, grace)
                raise ChildError(f"took longer than {seconds:g} s, so it was stopped")
            try:
                progress, value, error = receiver.recv()
            except EOFError:
                process.join()
                raise ChildError(cause_of_death(process.exitcode or 0)) from None
            if progress is None:
                break
            report(*progress)
        process.join()
    if error is not None:
        raise error
    result: T = value
    return result


def report_call(call: Callable[[Progress], object], sender: Connection) -> None:
    """Run a call in the child process, and send its progress, then its result or exception."""
    try:
        outcome: tuple[object, BaseException | None] = (
            call(lambda done, total: sender.send(((done, total), None, None))),
            None,
        )
    except BaseException as error:  # noqa: BLE001 - raised again by the parent
        outcome = None, error
        try:
            pickle.loads(pickle.dumps(error))  # noqa: S301 - our own
        except Exception:  # noqa: BLE001 - it cannot be unpickled if its arguments are not those of `__init__`
            outcome = None, ChildError(f"{type(error).__name__}: {error}")
    sender.send((None, *outcome))


@contextmanager
def passing_on_interrupts(process: BaseProcess) -> Iterator[None]:
    """Ignore SIGINT in the parent, because a terminal sends it to the child too, and pass SIGTERM on as SIGINT."""

    def pass_on(_number: int, _frame: object) -> None:
        if process.pid and process.is_alive():
            os.kill(process.pid, signal.SIGINT)

    def wait(_number: int, _frame: object) -> None:
        """Do nothing: the child ends by itself, and the parent already waits for its result."""

    previous = signal.signal(signal.SIGINT, wait), signal.signal(signal.SIGTERM, pass_on)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, previous[0])
        signal.signal(signal.SIGTERM, previous[1])


def stop_process(process: BaseProcess, grace: float) -> None:
    """Interrupt a process, and kill it if it does not end within `grace` seconds."""
    if process.pid:
        os.kill(process.pid, signal.SIGINT)
    process.join(grace)
    if process.is_alive():
        process.kill()
        process.join()


def cause_of_death(code: int) -> str:
    """Describe why a process ended without a result.

    :param code: Exit code as in `Process.exitcode`, negative for a signal.
    """
    if code >= 0:
        return f"ended unexpectedly with exit code {code}"
    name = signal.Signals(-code).name
    memory = -code in (signal.SIGKILL, signal.SIGABRT)
    return f"was ended by {name}" + (", probably for want of memory" if memory else "")
