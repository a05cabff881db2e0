"""Calls in a process of their own. Whatever ends it, an endless loop or too little memory, the caller goes on."""

import os
import pickle
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import TypeVar

from index.errors import ChildError

T = TypeVar("T")
GRACE_SECONDS = 30.0  # for an interrupted call to remove what it left half-written


def call_in_child(call: Callable[[], T], seconds: float, may_stop: Callable[[], bool] = lambda: True) -> T:
    """Call something in a forked process and return what it returns, which must be picklable.

    :param seconds: After so long the call is stopped, if `may_stop()` then says so; if not, it takes what it needs.
    :raises ChildError: If the process died or was stopped. Otherwise raises what the call raises.
    """
    context = get_context("fork")
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=report_call, args=(call, sender), daemon=True)
    process.start()
    sender.close()
    with receiver, passing_on_interrupts(process):
        if not receiver.poll(seconds) and may_stop():
            stop_process(process)
            raise ChildError(f"took longer than {seconds:g} s, so it was stopped")
        try:
            value, error = receiver.recv()
        except EOFError:
            process.join()
            raise ChildError(cause_of_death(process.exitcode or 0)) from None
        process.join()
    if error is not None:
        raise error
    returned: T = value
    return returned


def report_call(call: Callable[[], object], sender: Connection) -> None:
    """In the child: send what a call returns or raises."""
    try:
        outcome: tuple[object, BaseException | None] = call(), None
    except BaseException as error:  # noqa: BLE001 - raised again by the parent
        outcome = None, error
        try:
            pickle.loads(pickle.dumps(error))  # noqa: S301 - our own
        except Exception:  # noqa: BLE001 - an exception whose arguments are not those of its class
            outcome = None, ChildError(f"{type(error).__name__}: {error}")
    sender.send(outcome)


@contextmanager
def passing_on_interrupts(process: BaseProcess) -> Iterator[None]:
    """Leave it to the child to end at Ctrl-C, of which a terminal tells both, and tell it of SIGTERM."""

    def pass_on(_number: int, _frame: object) -> None:
        if process.pid and process.is_alive():
            os.kill(process.pid, signal.SIGINT)

    def wait(_number: int, _frame: object) -> None:
        """The child ends, and what it sends is awaited already."""

    before = signal.signal(signal.SIGINT, wait), signal.signal(signal.SIGTERM, pass_on)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before[0])
        signal.signal(signal.SIGTERM, before[1])


def stop_process(process: BaseProcess) -> None:
    """Interrupt a process, and kill it if it does not heed that."""
    if process.pid:
        os.kill(process.pid, signal.SIGINT)
    process.join(GRACE_SECONDS)
    if process.is_alive():
        process.kill()
        process.join()


def cause_of_death(code: int) -> str:
    """What ended a process that sent nothing."""
    if code >= 0:
        return f"ended unexpectedly with exit code {code}"
    name = signal.Signals(-code).name
    memory = -code in (signal.SIGKILL, signal.SIGABRT)
    return f"was ended by {name}" + (", probably for want of memory" if memory else "")
