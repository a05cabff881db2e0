"""What is sent again, and when."""

from types import SimpleNamespace

import discord
import pytest

from bot.delivery.sender import is_temporary, seconds_to_wait


def refusal(status, code=0, **headers):
    response = SimpleNamespace(status=status, reason="", headers=headers)
    return discord.HTTPException(response, {"code": code, "message": ""})


@pytest.mark.parametrize(
    ("error", "temporary"),
    [
        (refusal(429), True),
        (refusal(500), True),
        (refusal(400, 20016), True),
        (refusal(403, 20028), True),
        (refusal(400, 50035), False),
        (refusal(403, 50013), False),
    ],
)
def test_is_temporary_limits_and_server_errors_are_sent_again(error, temporary):
    assert is_temporary(error) is temporary


@pytest.mark.parametrize(("header", "seconds"), [("2.5", 2.5), ("600", 120.0), ("Fri, 31 Dec 2021 23:59:59 GMT", 0.0)])
def test_seconds_to_wait_header_is_obeyed_up_to_limit(header, seconds):
    assert seconds_to_wait(refusal(429, **{"Retry-After": header})) == seconds
    assert seconds_to_wait(refusal(429)) == 0.0
