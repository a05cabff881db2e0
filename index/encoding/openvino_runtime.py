"""What OpenVINO compiles for the processor."""

from __future__ import annotations

import queue
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from index.arrays import Array

# OpenVINO reports to its makers that it was imported, unless this package is missing.
sys.modules["openvino_telemetry"] = None  # type: ignore[assignment]  # so Python marks what cannot be imported

import openvino  # noqa: E402 - after the line above; for others to take from here
from openvino import opset13 as ops  # noqa: E402 - the same

__all__ = ["CompiledGraph", "openvino", "ops"]


class CompiledGraph:
    """A graph, laid out for this processor, that several threads may call.

    It runs in a thread of the library's own, one call after the other, each on all cores: calls that run beside one another
    keep each other from the cores, and a thread of ours would leave its state behind in the library when it ends.
    """

    def __init__(self, graph: openvino.Model, hints: dict[str, str]) -> None:
        self._model = openvino.Core().compile_model(graph, "CPU", {"PERFORMANCE_HINT": "LATENCY", **hints})
        self._idle = queue.LifoQueue[Any]()

    @contextmanager
    def __call__(self, *inputs: Array) -> Iterator[Array]:
        """The graph's only output, while the context lasts. Inputs are read where they lie."""
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
