"""Graphs that many threads call."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from index.encoding.openvino_runtime import REQUESTS, CompiledGraph, openvino, ops


class Counting:
    """A compiled model that counts the requests made of it."""

    def __init__(self, model: object) -> None:
        self.model, self.made = model, 0

    def create_infer_request(self) -> object:
        self.made += 1
        return self.model.create_infer_request()  # type: ignore[attr-defined]


@pytest.fixture
def doubling() -> CompiledGraph:
    values = ops.parameter([-1], openvino.Type.f32)
    return CompiledGraph(openvino.Model([ops.add(values, values)], [values]), {})


def test_compiled_graph_many_threads_share_few_requests(doubling: CompiledGraph) -> None:
    counting = Counting(doubling._model)
    doubling._model = counting

    def double(value: float) -> float:
        with doubling(np.full(1000, value, np.float32)) as output:
            return float(output.sum())

    with ThreadPoolExecutor(20) as pool:
        assert list(pool.map(double, range(200))) == [2000.0 * value for value in range(200)]
    assert 1 <= counting.made <= REQUESTS


def test_compiled_graph_request_is_free_again_after_an_error(doubling: CompiledGraph) -> None:
    for _ in range(2 * REQUESTS):
        with pytest.raises(RuntimeError, match="reader"), doubling(np.ones(2, np.float32)):
            raise RuntimeError("the reader of the output fails")
    with doubling(np.ones(2, np.float32)) as output:
        assert output.tolist() == [2, 2]
