"""The compiled graph computes what transformers' BERT does, for texts of any number and length, and tells nobody of it."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
import torch

from index.encoding import e5_openvino as graphs
from index.encoding import e5_torch, e5_weights
from index.encoding.e5_model import OpenVinoE5
from index.encoding.e5_openvino import is_dtype_supported
from index.encoding.e5_torch import TorchE5
from index.encoding.openvino_runtime import CompiledGraph
from tests.index.packed import HIDDEN


@pytest.fixture
def module(small_weights: Path) -> TorchE5:
    """The small weight file as transformers runs it."""
    assert e5_weights.locate_weights() == small_weights
    module = e5_torch.load_model("float32", "cpu").model[0]
    assert isinstance(module, TorchE5)
    return module


@pytest.mark.parametrize(("dtype", "least"), [("float32", 0.999999), ("int8", 0.999), ("bfloat16", 0.999)])
def test_openvino_e5_graph_matches_transformers_bert(module: TorchE5, dtype: str, least: float) -> None:
    model = OpenVinoE5(dtype, "float32")
    assert model.dtype == (dtype if is_dtype_supported(dtype) else "float32")
    graph = model.graph
    for texts in (["open data", "data", "開放data"], ["open data"], ["data"] * 9, ["open data"]):
        features = module.preprocess(texts)
        with torch.inference_mode():
            expected = module(features)["token_embeddings"]
        with graph(features["input_ids"].numpy(), features["attention_mask"].numpy()) as vectors:
            found = torch.tensor(vectors)
        assert found.shape == expected.shape
        cosines = torch.cosine_similarity(found, expected, dim=-1)[features["attention_mask"].bool()]
        assert float(cosines.min()) > least


@pytest.mark.usefixtures("module")
def test_openvino_e5_text_vector_is_mean_of_token_vectors() -> None:
    model = OpenVinoE5("float32", "float32")
    assert (model.dimensions, model.dtype, model.origin) == (HIDDEN, "float32", e5_weights.SHA256)
    # Of three lengths, and not in their order.
    texts = ["open", "開放data", "open data", "data", "開放data open"]
    for (vector, tokens), (expected, each) in zip(model(texts), model.library()(texts), strict=True):
        np.testing.assert_allclose(tokens, each, atol=1e-4)
        np.testing.assert_allclose(vector / np.linalg.norm(vector), expected, atol=1e-4)
    assert [len(tokens) for _, tokens in model(texts)] == [3, 5, 4, 3, 6]


@pytest.mark.parametrize("rounds", [True, False])
def test_is_dtype_supported_format_without_effect_returns_false(monkeypatch: pytest.MonkeyPatch, rounds: bool) -> None:
    """On a processor without the instructions both graphs give the same; told apart by a product that is rounded or not."""

    class Processor(CompiledGraph):
        @contextmanager
        def __call__(self, *inputs: np.ndarray) -> Iterator[np.ndarray]:
            with super().__call__(*inputs) as vectors:
                yield vectors.round(2) if rounds and self.hints != graphs.HINTS["float32"] else vectors

        def __init__(self, model: object, hints: dict[str, str]) -> None:
            super().__init__(model, graphs.HINTS["float32"])
            self.hints = hints

    monkeypatch.setattr(graphs, "CompiledGraph", Processor)
    assert is_dtype_supported.__wrapped__("float32")
    assert [is_dtype_supported.__wrapped__(dtype) for dtype in ("int8", "bfloat16")] == [rounds, rounds]


def test_import_e5_openvino_loads_no_telemetry(tmp_path: Path) -> None:
    command = "import sys, index.encoding.e5_openvino; print(*(name for name, module in sys.modules.items() if module))"
    home = {**os.environ, "HOME": str(tmp_path), "USERPROFILE": str(tmp_path)}
    done = subprocess.run([sys.executable, "-c", command], check=True, capture_output=True, text=True, env=home)
    assert "openvino_telemetry" not in done.stdout
    assert "openvino" in done.stdout.split()
    assert list(tmp_path.iterdir()) == []
