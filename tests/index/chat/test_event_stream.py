"""Server-sent events of chat completions, cut anywhere."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.chat.event_stream import ChatEvent, EventReader, LineReader


def chunk(text: str) -> bytes:
    return b"data: " + json.dumps({"choices": [{"delta": {"content": text}}]}, ensure_ascii=False).encode() + b"\r\n\r\n"


def read(pieces: list[bytes]) -> list[ChatEvent]:
    reader = EventReader()
    return [event for piece in pieces for event in reader.feed(piece)]


@given(st.lists(st.text(st.characters(exclude_categories=("Cs",)))), st.integers(1, 9))
def test_feed_stream_cut_anywhere_gives_the_same_text(texts: list[str], size: int) -> None:
    data = b": comment\nevent: x\n" + b"".join(map(chunk, texts)) + b"data: [DONE]\n"
    pieces = [data[at : at + size] for at in range(0, len(data), size)]
    assert "".join(event.text for event in read(pieces)) == "".join(texts)


def test_feed_last_event_without_end_is_left_out() -> None:
    assert read([chunk("開放"), chunk("政府")[:-9]]) == [ChatEvent("開放")]


def test_feed_end_and_usage_are_read() -> None:
    end = (
        b'data: {"choices": [{"delta": {}, "finish_reason": "stop"}]}\ndata: {"choices": [], "usage": {"total_tokens": 7}}\n'
    )
    assert read([end]) == [ChatEvent("", "stop"), ChatEvent(tokens=7)]


@pytest.mark.parametrize(
    "line",
    [
        b"{oops",
        b"[]",
        b'"x"',
        b'{"error": "no"}',
        b'{"choices": [3]}',
        b'{"choices": [{"delta": {"content": 5}}]}',
        b'"\xff"',
        b'{"choices": {"a": 1}}',
        b'{"usage": {"total_tokens": "many"}}',
    ],
)
def test_feed_anything_else_is_refused(line: bytes) -> None:
    with pytest.raises(ValueError):
        read([b"data: " + line + b"\n"])


def test_line_reader_yields_whole_lines_and_keeps_the_rest() -> None:
    reader = LineReader()
    assert [list(reader.feed(text)) for text in ("on", "e\ntwo\n", "\nthr")] == [[], ["one", "two"], [""]]
    assert reader.end() == "thr"


def test_line_reader_leaves_out_what_a_model_thinks_aloud() -> None:
    reader = LineReader()
    assert list(reader.feed("<think>\nWell,\nhm. [1]\n</think>\none [1]\n<think>short</think>\ntwo\n")) == ["one [1]", "two"]
    assert (list(reader.feed("<think>\nand on")), reader.end()) == ([], "")
