"""The reader's input, its spans, and that OpenVINO computes what PyTorch trained."""

from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import example, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays as drawn_arrays

from index.encoding import e5_weights
from index.encoding.e5_weights import BLOCK, Weights
from index.reading.e5_reader import (
    BOS,
    EOS,
    MAX_ANSWER,
    SPANS,
    E5Reader,
    InputBuilder,
    InputRow,
    best_spans,
    make_reading,
    quantize_int8,
    trim,
)
from index.reading.reader import Span, Window
from index.training.reader_network import ReaderNetwork, Target
from tests.index.packed import PIECES

IDS = {piece: number for number, piece in enumerate(PIECES)}
OPEN, DATA, UNKNOWN, SPACE = IDS["▁open"], IDS["▁data"], IDS["<unk>"], IDS["▁"]


@pytest.fixture
def weights(small_weights: Path) -> Weights:
    """The small weight file, of one layer."""
    assert e5_weights.locate_weights() == small_weights
    return e5_weights.read_weights()


@pytest.fixture
def builder(weights: Weights) -> InputBuilder:
    return InputBuilder(weights.tokenizer)


def test_input_builder_joins_question_heading_and_window(builder: InputBuilder) -> None:
    row = builder.build("open", "data", "open data")
    asked = [SPACE, UNKNOWN, OPEN]
    assert row.ids == (BOS, *asked, EOS, EOS, DATA, OPEN, DATA, EOS)
    assert (row.first, row.offsets) == (7, ((0, 4), (4, 9)))
    assert row.marks[:, 0].nonzero()[0].tolist() == [3, 7]  # "open" stands in both
    assert row.marks[:, 1].nonzero()[0].tolist() == [3]  # the question without its prompt
    assert row.marks[:, 2].nonzero()[0].tolist() == [7, 8]


def test_input_builder_long_question_and_window_are_cut(builder: InputBuilder) -> None:
    row = builder.build("data " * 90, "open " * 90, "open " * 400)
    assert len(row.ids) == 176
    assert (row.marks[:, 1].sum(), row.first) == (46, 1 + 48 + 2 + 20)
    assert row.ids[-1] == EOS


def test_best_spans_do_not_overlap_and_are_ranked() -> None:
    starts, ends = np.array([0.0, 5.0, 0.0, 3.0], np.float32), np.array([0.0, 1.0, 4.0, 3.0], np.float32)
    assert best_spans(starts, ends, 2.0) == [(1, 2, 7.0), (3, 3, 4.0), (0, 0, -2.0)]
    assert best_spans(starts[:0], ends[:0], 0.0) == []


LOGITS = drawn_arrays(np.float32, st.integers(1, 50), elements=st.floats(-9, 9, width=32))


@given(LOGITS, st.data())
def test_best_spans_any_logits_are_ordered_disjoint_and_short(starts: np.ndarray, data: st.DataObject) -> None:
    ends = data.draw(drawn_arrays(np.float32, len(starts), elements=st.floats(-9, 9, width=32)))
    spans = best_spans(starts, ends, 0.0)
    assert 1 <= len(spans) <= SPANS
    assert [score for *_, score in spans] == sorted((score for *_, score in spans), reverse=True)
    assert all(0 <= last - first < MAX_ANSWER for first, last, _ in spans)
    tokens = [token for first, last, _ in spans for token in range(first, last + 1)]
    assert len(tokens) == len(set(tokens))


def test_make_reading_span_has_character_offsets_and_score_above_null() -> None:
    row = InputRow((BOS, 9, EOS, EOS, 5, 6, EOS), np.zeros((7, 3), np.float32), 4, ((0, 4), (4, 9)), "open data")
    output = np.zeros((7, 3), np.float32)
    output[0] = (1.0, 0.5, -2.0)  # no answer, and its logit
    output[5, :2] = (3.0, 2.0)
    reading = make_reading(output, row)
    assert (reading.logit, reading.spans[0]) == (-2.0, Span(5, 9, 3.5))


@pytest.mark.parametrize(
    ("text", "words"), [(" four,", "four"), ("：公開。", "公開"), ("，", ""), ("U.S.", "U.S"), ("12:30", "12:30")]
)
def test_trim_leaves_no_space_or_punctuation_at_the_ends(text: str, words: str) -> None:
    start, end = trim(f"x{text}x", 1, 1 + len(text))
    assert f"x{text}x"[start:end] == words


@given(drawn_arrays(np.float32, (3, 2 * BLOCK), elements=st.floats(-4, 4, width=32)))
@example(np.full((3, 2 * BLOCK), 1.1e-4, np.float32))
def test_quantize_int8_error_is_at_most_half_a_step(matrix: np.ndarray) -> None:
    values, scales = quantize_int8(matrix)
    restored = values.reshape(3, 2, BLOCK) * scales.astype(np.float32)[..., None]
    assert (values.dtype, scales.dtype, scales.shape) == (np.int8, np.float16, (3, 2))
    steps = np.repeat(scales.astype(np.float32), BLOCK).reshape(matrix.shape)
    assert np.abs(restored.reshape(matrix.shape) - matrix).max(initial=0) <= steps.max() * 0.6 + 1e-6


def round_matrices(layer: torch.nn.Module) -> None:
    """Set a layer's matrices to what eight bits hold of them."""
    for parameter in layer.values.values():
        if parameter.dim() == 2:
            values, scales = quantize_int8(parameter.detach().numpy())
            groups = values.reshape(len(values), -1, BLOCK) * scales.astype(np.float32)[..., None]
            parameter.data = torch.from_numpy(groups.reshape(parameter.shape))


@pytest.mark.parametrize("lower", [0, 1])
def test_e5_reader_computes_what_network_trained(weights: Weights, builder: InputBuilder, lower: int) -> None:
    torch.manual_seed(0)
    network = ReaderNetwork(weights, lower, depth=1)
    torch.nn.init.normal_(network.marks)
    for layer in network.layers[lower:]:
        round_matrices(layer)
    rows = [builder.build("open", "", "data open"), builder.build("data", "", "開放")]
    with torch.no_grad():
        expected = network.eval()(rows).numpy()
    reader = E5Reader(weights, network.export(), "float32")
    with reader.compiled(*reader.tensors(rows)) as output:
        for row, found, wanted in zip(rows, output, expected, strict=True):
            np.testing.assert_allclose(found[: len(row.ids)], wanted[: len(row.ids)], rtol=1e-3, atol=2e-3)
    readings = reader.read("open", [Window("", "data open"), Window("", "data")])
    assert readings[0].logit == pytest.approx(float(expected[0, 0, 2]), abs=2e-3)
    assert [len(reading.spans) for reading in readings] == [2, 1]
    assert reader.read("open", []) == []


def test_reader_network_trained_on_two_examples_finds_the_answer(weights: Weights, builder: InputBuilder) -> None:
    torch.manual_seed(0)
    network = ReaderNetwork(weights, 0, depth=1).eval()
    rows = [builder.build("open", "", "data open"), builder.build("open", "", "data data")]
    targets = [Target(True, (rows[0].first + 1, rows[0].first + 1)), Target(False, (0, 0))]
    optimizer = torch.optim.AdamW(network.parameters(), lr=1e-2)
    before = network.loss(rows, targets).item()
    for _ in range(200):
        optimizer.zero_grad()
        network.loss(rows, targets).backward()
        optimizer.step()
    assert network.loss(rows, targets).item() < before / 3
    with torch.no_grad():
        answering, other = (make_reading(*pair) for pair in zip(network(rows).numpy(), rows, strict=True))
    assert (answering.spans[0].start, answering.spans[0].end) == (5, 9)
    assert other.spans[0].score < 0 < answering.spans[0].score


def test_reader_network_loss_without_spans_counts_answerability_alone(weights: Weights, builder: InputBuilder) -> None:
    network = ReaderNetwork(weights, 0, depth=1).eval()
    rows = [builder.build("open", "", "data open")]
    with torch.no_grad():
        logit = network(rows)[0, 0, 2]
        loss = network.loss(rows, [Target(True, None)])
    assert float(loss) == pytest.approx(float(torch.nn.functional.softplus(-logit)), abs=1e-5)
