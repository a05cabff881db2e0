"""Compile and run OpenVINO graphs on the CPU."""

from __future__ import annotations

import queue
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from index.arrays import Array

# OpenVINO sends usage statistics on import, unless this package is missing.
sys.modules["openvino_telemetry"] = None  # type: ignore[assignment]  # None marks a module that cannot be imported

import openvino  # noqa: E402 - after the line above; for others to take from here
from openvino import opset13 as ops  # noqa: E402 - the same

__all__ = ["CompiledGraph", "openvino", "ops"]


class CompiledGraph:
    """A compiled graph that several threads may call.

    OpenVINO runs the calls one after the other in a thread of its own, each on all cores: parallel calls would compete for
    the cores, and a thread of this program would leave its state in the library when it ends.
    """

    def __init__(self, graph: openvino.Model, hints: dict[str, str]) -> None:
        self._model = openvino.Core().compile_model(graph, "CPU", {"PERFORMANCE_HINT": "LATENCY", **hints})
        self._idle = queue.LifoQueue[Any]()

    @contextmanager
    def __call__(self, *inputs: Array) -> Iterator[Array]:
        """Yield the only output of the graph, valid while the context is open. Contiguous inputs are not copied."""
        try:
            request = self._idle.get_nowait()
        except queue.Empty:
            request = self._model.create_infer_request()
        tensors = [openvino.Tensor(np.require(values, requirements=["C", "W"]), shared_memory=True) for values in inputs]
        for number, tensor in enumerate(tensors):
            request.set_input_tensor(number, tensor)
        request.start_async()
        request.wait()
        try:
            yield request.get_output_tensor().data
        finally:
            self._idle.put(request)
