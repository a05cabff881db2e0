"""Every fault of the matrix: what strikes, and how many of a question's kinds it keeps from being answered."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.delivery.sender import OF_REFERENCE
from bot.refusals import CAUSES
from tests.discord.faults import Fault, delayed, dropped, garbled, rate_limited, refused, slow_mode
from tests.discord.refusals import refused_with
from tests.discord.server import FakeDiscord

RESPONSE, EDIT = ("POST", "/callback"), ("PATCH", "/messages/@original")
MESSAGE = ("POST", r"/channels/\d+/messages")
CHANGE = ("PATCH", r"/channels/\d+/messages")
# A second response is the only way to find out whether the first arrived, by a fault or on a busy machine; Discord refuses
# it without harm.
ASKED_AGAIN = frozenset({"acknowledged twice", "acknowledged late"})
BACKOFF_SEED = 1
Strike = Callable[[FakeDiscord], Awaitable[None]]


@dataclass(frozen=True)
class Case:
    """`rest` are faults for the requests to come, `strike` happens to the connection between two questions.

    `unanswered` is how many questions are not answered but told or logged as failed; `broken` are rules that the bot cannot
    but break then.
    """

    name: str
    rest: tuple[Callable[[], Fault], ...] = ()
    strike: Strike | None = None
    unanswered: int = 0
    broken: frozenset[str] = ASKED_AGAIN
    world: Mapping[str, Any] = field(default_factory=dict)
    bot: Mapping[str, Any] = field(default_factory=dict)


def closed(code: int) -> Case:
    async def strike(fake: FakeDiscord) -> None:
        await fake.gateway.close(code)

    return Case(f"connection closed with {code}", strike=strike)


def down(seconds: float, **world: Any) -> Case:
    async def strike(fake: FakeDiscord) -> None:
        async with fake.gateway.outage():
            await asyncio.sleep(seconds)

    shards = f", {world['shards']} shards" if world else ""
    # The pauses between two tries to connect decide what becomes of questions, so they are discord.py's own.
    return Case(f"Discord down for {seconds:g} s{shards}", strike=strike, world={**world, "backoff_seed": BACKOFF_SEED})


async def replayed(fake: FakeDiscord) -> None:
    """Send each event again; those that are replays themselves would double the number with each strike."""
    session, kinds = fake.gateway.session(), ("INTERACTION_CREATE", "MESSAGE_CREATE", "MESSAGE_UPDATE", "THREAD_CREATE")
    events = {(each["t"], str(each["d"])): each for each in session.log if each["t"] in kinds}
    for event in events.values():
        await session.dispatch(event["t"], event["d"])


async def aborted(fake: FakeDiscord) -> None:
    fake.gateway.abort()


async def lost_session(fake: FakeDiscord) -> None:
    """Nobody can be asked until the bot has identified anew."""
    await fake.gateway.invalidate()
    await fake.wait(lambda: fake.gateway.online)


async def deaf(fake: FakeDiscord) -> None:
    fake.gateway.acknowledges_heartbeats = False
    await fake.wait(lambda: fake.gateway.resumes)
    fake.gateway.acknowledges_heartbeats = True


def on(name: str, make: Callable[..., Fault], *, unanswered: int = 0, **options: Any) -> list[Case]:
    """A fault of REST in each of the three ways in which an answer gets to a member."""
    return [
        Case(f"{name}, {way}", (lambda at=at: make(*at, **options),), unanswered=unanswered)
        for way, at in (("response", RESPONSE), ("edit", EDIT), ("message", MESSAGE))
    ]


def once(name: str, at: tuple[str, str], make: Callable[..., Fault] = refused, **options: Any) -> Case:
    broken = ASKED_AGAIN | {"never acknowledged", "left thinking"}
    unanswered = options.pop("unanswered", 0)
    return Case(name, (lambda: make(*at, **options),), unanswered=unanswered, broken=broken)


def refusal(code: int) -> Case:
    """What somebody in the server can mend; the answers to some come without a reference or after a pause."""
    unanswered = 0 if CAUSES[code] in (*OF_REFERENCE, "slow") else 1
    return Case(f"refused with {code}, message", (lambda: refused_with(code, *MESSAGE),), unanswered=unanswered)


def cases(outage: float = 0.6) -> list[Case]:
    """The matrix; `outage` is how long Discord is down, in seconds."""
    return [
        *(closed(code) for code in (4000, 4009, 1001, 1000)),
        Case("op 7, reconnect", strike=lambda fake: fake.gateway.ask_reconnect()),
        Case("op 9, resumable", strike=lambda fake: fake.gateway.invalidate(resumable=True)),
        Case("op 9, not resumable", strike=lost_session),
        Case("TCP connection aborted", strike=aborted),
        down(outage),
        down(outage, shards=2),
        Case("heartbeats unanswered", strike=deaf, world={"heartbeat_ms": 200}, bot={"heartbeat_timeout": 0.5}),
        Case("a frame that is no JSON", strike=lambda fake: fake.gateway.garble()),
        Case("events replayed", strike=replayed),
        *on("429 of the route", rate_limited, times=3),
        *on("429 global", rate_limited, times=2, everywhere=True),
        once("429 without Via, response", RESPONSE, rate_limited, via=False),
        once("429 without Via, edit", EDIT, rate_limited, via=False),
        once("429 without Via, message", MESSAGE, rate_limited, via=False),
        Case("slow mode, message", (lambda: slow_mode(*MESSAGE, times=2),)),
        *on("500", refused, status=500),
        *on("500 twice", refused, status=500, times=2),
        *on("502", refused, status=502),
        *on("503", refused, status=503),
        *on("connection cut before the request", dropped, times=2),
        *on("connection cut after it took effect", dropped, when="after", times=2),
        *on("an answer that is no JSON", garbled),
        once("response delayed by 2 s", RESPONSE, delayed, seconds=2.0),
        once("response delayed by 3.5 s, each time", RESPONSE, delayed, seconds=3.5, times=99, unanswered=2),
        once("interaction unknown", RESPONSE, status=404, code=10062, unanswered=1),
        once("answer deleted meanwhile", EDIT, status=404, code=10008),
        once("token expired", EDIT, status=401, code=50027, times=1),
        once("question deleted meanwhile", MESSAGE, status=400, code=50035),
        once("permission missing", MESSAGE, status=403, code=50013, unanswered=1),
        *(refusal(code) for code in CAUSES),
        once("blocked by AutoMod, edit", EDIT, status=400, code=200000, unanswered=1),
        once("card refused", EDIT, status=400, code=50035, unanswered=1),
    ]
