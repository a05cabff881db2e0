"""Compiled graphs beside each other, and what they leave behind in the process."""

import subprocess
import sys

import pytest

# Signals of Python programs are handled on the alternate stack of the main thread; with a freed one the process dies.
PROGRAM = """
import gc, signal
import numpy as np
from index.encoding.openvino_runtime import CompiledGraph, openvino, ops

def doubling():
    number = ops.parameter([1], np.float32)
    return CompiledGraph(openvino.Model([ops.add(number, number)], [number]), {})

graphs = [doubling() for _ in range(4)]
with graphs[0](np.ones(1, np.float32)) as result:
    print(result.tolist())
while graphs:
    del graphs[0]
    gc.collect()
signal.signal(signal.SIGUSR1, lambda *_: print("handled"))
signal.raise_signal(signal.SIGUSR1)
"""


@pytest.mark.process
def test_compiled_graphs_released_in_order_leave_signals_to_the_program() -> None:
    done = subprocess.run([sys.executable, "-X", "faulthandler", "-c", PROGRAM], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "[2.0]\nhandled\n")
