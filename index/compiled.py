"""What OpenVINO compiles for the processor."""

from __future__ import annotations

import sys
import threading
from typing import Any

import numpy as np

# OpenVINO reports to its makers that it was imported, unless this package is missing.
sys.modules["openvino_telemetry"] = None  # type: ignore[assignment]

import openvino  # noqa: E402 - after the line above; for others to take from here
from openvino import opset13 as ops  # noqa: E402 - the same

__all__ = ["Compiled", "openvino", "ops"]

Array = np.ndarray[Any, Any]


class Compiled:
    """A graph, laid out for this processor, that several threads may call."""

    def __init__(self, graph: openvino.Model, hints: dict[str, str]) -> None:
        self._model = openvino.Core().compile_model(graph, "CPU", {"PERFORMANCE_HINT": "LATENCY", **hints})
        self._own = threading.local()

    def __call__(self, *inputs: Array) -> Array:
        """The graph's only output. The array is overwritten by the same thread's next call."""
        if not hasattr(self._own, "request"):
            self._own.request = self._model.create_infer_request()
        found: Array = self._own.request.infer(list(inputs), share_inputs=True, share_outputs=True)[0]
        return found
