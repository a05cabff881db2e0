"""What is said of the numbers in which this processor computes."""

import pytest

from index.cli.build import describe_processor
from index.config import ModelOptions
from index.encoding import e5_openvino
from index.retrieval import int8_matrix


@pytest.mark.parametrize(
    ("dtype", "able", "said"),
    [
        ("auto", True, "questions in int8, token products in int8"),
        ("auto", False, "questions in float32, token products in float32"),
        ("bfloat16", True, "questions in bfloat16, token products in int8"),
        ("int8", False, "questions in float32, token products in float32"),
        ("float32", True, "questions in float32, token products in int8"),
    ],
)
def test_describe_processor_unsupported_dtype_shows_float32(
    monkeypatch: pytest.MonkeyPatch, dtype: str, able: bool, said: str
) -> None:
    monkeypatch.setattr(e5_openvino, "is_dtype_supported", lambda asked: able or asked == "float32")
    monkeypatch.setattr(int8_matrix, "is_int8_exact", lambda: able)
    assert describe_processor(ModelOptions(dtype=dtype)) == said


@pytest.mark.parametrize("options", [ModelOptions(name="models/other"), ModelOptions(device="cuda")])
def test_describe_processor_other_model_or_device_returns_empty(options: ModelOptions) -> None:
    assert describe_processor(options) == ""
