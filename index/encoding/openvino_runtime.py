"""Compile and run OpenVINO graphs on the CPU."""

from __future__ import annotations

import os
import queue
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from index.arrays import Array

# Compiled kernels that OpenVINO and its library oneDNN keep, by the shapes of their inputs. Texts have so many lengths that
# the thousands which they would keep take hundreds of megabytes, and save little time.
KERNELS = "64"
os.environ.setdefault("ONEDNN_PRIMITIVE_CACHE_CAPACITY", KERNELS)
# OpenVINO sends usage statistics on import, unless this package is missing.
sys.modules["openvino_telemetry"] = None  # type: ignore[assignment]  # None marks a module that cannot be imported

import openvino  # noqa: E402 - after the line above; for others to take from here
from openvino import opset13 as ops  # noqa: E402 - the same

REQUESTS = 2  # one that is computed, and one whose inputs are set or whose output is read; each keeps memory

# One for the process, and never released: OpenVINO gives each a stack of its own for signal handlers, and leaves the thread
# with a freed one when they are released in another order than they were made. The next signal, say Ctrl-C, is fatal then.
CORE = openvino.Core()

__all__ = ["CompiledGraph", "openvino", "ops"]


class CompiledGraph:
    """A compiled graph that several threads may call.

    OpenVINO runs the calls one after the other in a thread of its own, each on all cores: parallel calls would compete for
    the cores, and a thread of this program would leave its state in the library when it ends.
    """

    def __init__(self, graph: openvino.Model, hints: dict[str, str]) -> None:
        settings = {"PERFORMANCE_HINT": "LATENCY", "CPU_RUNTIME_CACHE_CAPACITY": KERNELS, **hints}
        self._model = CORE.compile_model(graph, "CPU", settings)
        self._idle = queue.LifoQueue[Any]()
        for _ in range(REQUESTS):
            self._idle.put(self._model.create_infer_request())

    @contextmanager
    def __call__(self, *inputs: Array) -> Iterator[Array]:
        """Yield the only output of the graph, valid while the context is open. Contiguous inputs are not copied."""
        tensors = [openvino.Tensor(np.require(values, requirements=["C", "W"]), shared_memory=True) for values in inputs]
        request = self._idle.get()
        try:
            for number, tensor in enumerate(tensors):
                request.set_input_tensor(number, tensor)
            request.start_async()
            request.wait()
            yield request.get_output_tensor().data
        finally:
            self._idle.put(request)
