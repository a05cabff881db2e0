"""A chat service over loopback: lines as they arrive, and each way in which it fails."""

import asyncio
import time

import pytest

from index.chat.chat_service import ChatService, is_loopback, open_chat_service
from index.config import EnrichOptions, WriterOptions
from index.errors import ServiceError
from index.models import Citation
from index.writing.prompts import make_messages
from tests.scripted_chat import scripted_chat

SENTENCES = ("The harbour board met twice in 2030.", "會議於首爾召開，共有 78 國參加。", "The captain read the paper aloud.")
SOURCES = tuple(Citation(n, text, "harbour:1", ("Summary",), (1, 1)) for n, text in enumerate(SENTENCES, 1))
MESSAGES = make_messages("What happened?", SOURCES, "en")
TRUE = ["The harbour board met twice in 2030. [1]", "The captain read the paper aloud. [3]"]


def service(endpoint: str, **options: float) -> ChatService:
    return open_chat_service(WriterOptions(endpoint=endpoint, model="m", **{"timeout_seconds": 5, **options}))


async def lines_of(behaviour: str, pause: float = 0, **options: float) -> tuple[list[str], str, int]:
    """The lines, the outcome of the error if there was one, and the tokens."""
    async with scripted_chat(behaviour, pause=pause) as chat:
        stream, lines = service(chat.address, **options).stream(MESSAGES), []
        try:
            async for line in stream:
                lines += [line]
        except ServiceError as error:
            return lines, error.outcome, stream.tokens
        return lines, "", stream.tokens


async def test_stream_sends_what_is_configured_and_yields_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REPORT_WRITER_KEY", " sesame ")
    async with scripted_chat() as chat:
        stream = service(chat.address, max_tokens=77, temperature=0.5).stream(MESSAGES)
        lines = [line async for line in stream]
    (prompt,) = chat.prompts
    assert prompt.key == "Bearer sesame"
    assert {key: prompt.body[key] for key in ("model", "max_tokens", "temperature", "stream")} == {
        "model": "m",
        "max_tokens": 77,
        "temperature": 0.5,
        "stream": True,
    }
    assert prompt.sentences == list(enumerate(SENTENCES, 1))
    assert (lines[0], len(lines), stream.tokens, stream.is_complete) == (TRUE[0], 3, 123, True)


async def test_stream_lines_arrive_before_the_end() -> None:
    async with scripted_chat("hung_within_line") as chat:
        async for line in service(chat.address).stream(MESSAGES):
            assert line == TRUE[0]
            break
        else:
            raise AssertionError("no line")


@pytest.mark.parametrize(
    ("behaviour", "lines", "outcome"),
    [
        ("status_429", 0, "refused"),
        ("status_500", 0, "refused"),
        ("no_events", 0, "malformed"),
        ("not_json", 0, "malformed"),
        ("empty", 0, ""),
        ("none", 1, ""),
        ("refusal", 1, ""),
    ],
)
async def test_stream_of_a_failing_service_tells_why(behaviour: str, lines: int, outcome: str) -> None:
    got, why, _ = await lines_of(behaviour)
    assert (len(got), why) == (lines, outcome)


@pytest.mark.parametrize("behaviour", ["length", "cut_utf8"])
async def test_stream_that_was_cut_leaves_the_last_line_out(behaviour: str) -> None:
    lines, _, tokens = await lines_of(behaviour)
    assert lines == [TRUE[0], "會議在首爾召開，共有 78 國參加。 [2]"][: len(lines)]
    assert len(lines) < 3
    assert tokens > 0


async def test_stream_hung_before_the_first_line_ends_in_time() -> None:
    start = time.monotonic()
    assert (await lines_of("hung_before", first_line_seconds=0.2))[:2] == ([], "slow")
    assert time.monotonic() - start < 30


async def test_stream_hung_within_a_line_keeps_the_lines_before() -> None:
    assert (await lines_of("hung_within_line", timeout_seconds=0.5))[:2] == ([TRUE[0]], "slow")


async def test_stream_much_longer_than_asked_for_is_left() -> None:
    lines, why, _ = await lines_of("ten_thousand_tokens", max_tokens=50)
    assert (lines, why) == ([TRUE[0]], "")


async def test_stream_nobody_listens_is_unreachable() -> None:
    stream = service("http://127.0.0.1:9/v1").stream(MESSAGES)
    with pytest.raises(
        ServiceError, match=r"^http://127.0.0.1:9/v1: cannot be reached \(ConnectError\); check \[writer\]"
    ) as error:
        await anext(stream.lines())
    assert error.value.outcome == "unreachable"


async def test_streams_of_one_service_run_side_by_side() -> None:
    async with scripted_chat() as chat:
        one = service(chat.address)

        async def read() -> list[str]:
            return [line async for line in one.stream(MESSAGES)]

        assert len(set(map(tuple, await asyncio.gather(*(read() for _ in range(5)))))) == 1
    assert len(chat.prompts) == 5


@pytest.mark.parametrize(
    ("endpoint", "problem"),
    [
        ("", "no service is configured; set endpoint and model under [writer] in config.toml"),
        ("http://example.org/v1", "is neither HTTPS nor on this machine; change [writer] endpoint"),
        ("ftp://127.0.0.1/v1", "is neither HTTPS nor on this machine; change [writer] endpoint"),
        ("http://localhost.example.org/v1", "is neither HTTPS nor on this machine; change [writer] endpoint"),
    ],
)
def test_open_chat_service_refuses_what_would_send_texts_in_the_clear(endpoint: str, problem: str) -> None:
    with pytest.raises(ServiceError) as error:
        service(endpoint)
    assert (str(error.value).removeprefix(f"{endpoint}: "), error.value.outcome) == (problem, "unconfigured")


def test_open_chat_service_takes_https_and_this_machine() -> None:
    hosts = ("https://api.example.org/v1", "http://localhost:11434/v1", "http://[::1]:1/v1", "http://127.0.0.1:1/v1")
    assert [service(each).is_local for each in hosts] == [False, True, True, True]
    assert [is_loopback(host) for host in ("127.0.0.2", "10.0.0.1", "localhost")] == [True, False, True]


def test_options_tell_host_without_password() -> None:
    options = WriterOptions(endpoint="https://user:secret@api.example.org:8443/v1", model="m")
    assert (options.host, options.enabled, EnrichOptions().enabled) == ("api.example.org:8443", True, False)
