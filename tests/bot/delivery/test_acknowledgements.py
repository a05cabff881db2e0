"""Acknowledgements before anything else: when answers may begin, and in which order requests are made."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

import aiohttp
import pytest
from aiohttp import web

from bot.delivery.acknowledgements import FEW, Acknowledgements
from bot.delivery.request_order import OTHERS_AT_ONCE, RESPONSES_AT_ONCE, request_order
from bot.errors import BusyError, LateError
from bot.questions.worker_pool import WorkerPool
from tests.bot.fakes import serving
from tests.reliability.accounts import account
from tests.reliability.load import crowd

NEVER = 1e6  # seconds


class RecordingThreads(ThreadPoolExecutor):
    """Notes at each call that is begun how many interactions are unacknowledged."""

    def __init__(self, acknowledgements):
        super().__init__(2)
        self.acknowledgements, self.pending = acknowledgements, []

    def submit(self, call, /, *args, **kwargs):
        self.pending.append(self.acknowledgements.pending)
        return super().submit(call, *args, **kwargs)


@pytest.fixture
def patient():
    """Acknowledgements that are waited for however long they take."""
    return Acknowledgements(expiry=NEVER, longest_pause=NEVER, recent=0)


async def expected(acknowledgements, *interactions):
    """Have others handle these interactions."""
    for interaction in interactions:
        await asyncio.create_task(handling(acknowledgements, interaction))


async def handling(acknowledgements, interaction):
    acknowledgements.expect(interaction)


async def rounds(number=5):
    for _ in range(number):
        await asyncio.sleep(0)


async def test_worker_pool_run_unacknowledged_interaction_delays_call(patient):
    workers, begun = WorkerPool(2, 9, patient), []
    patient.expect(1)
    patient.expect(2)
    asked = asyncio.create_task(workers.run("a", lambda: begun.append("a")))
    await rounds()
    patient.sent(1)
    await rounds()
    assert (begun, patient.pending) == ([], 1)
    patient.sent(2)
    await asked
    assert begun == ["a"]
    workers.close()


async def test_allow_answer_after_many_recent_interactions_returns_false():
    acknowledgements = Acknowledgements(NEVER, NEVER, recent=NEVER)
    for number in range(FEW):
        acknowledgements.expect(number)
        acknowledgements.sent(number)
        assert acknowledgements.allow_answer(running=7)
    acknowledgements.expect(FEW)
    acknowledgements.sent(FEW)
    assert (acknowledgements.pending, acknowledgements.allow_answer(running=0)) == (0, False)


async def test_allow_answer_longest_pause_exceeded_allows_one_answer_at_a_time():
    acknowledgements = Acknowledgements(NEVER, longest_pause=0, recent=NEVER)
    await expected(acknowledgements, 1)
    assert not acknowledgements.allow_answer(running=0)
    await acknowledgements.give_way()
    assert [acknowledgements.allow_answer(running) for running in (0, 1)] == [True, False]
    acknowledgements.sent(1)
    assert acknowledgements.allow_answer(running=1)


async def test_give_way_resumes_waiters_in_order_and_pauses_for_new_interaction(patient):
    gone = []

    async def go(name):
        await patient.give_way()
        gone.append(name)

    await expected(patient, 1)
    tasks = [asyncio.create_task(go(name)) for name in "abc"]
    await rounds()
    tasks[1].cancel()
    assert gone == []
    patient.sent(1)
    patient.expect(2)
    await rounds()
    assert gone == ["a"]
    patient.sent(2)
    await asyncio.gather(tasks[0], tasks[2], go("d"))
    assert gone == ["a", "c", "d"]


async def test_acknowledgements_expired_interaction_is_late_and_not_pending():
    acknowledgements = Acknowledgements(expiry=0, longest_pause=NEVER, recent=0)
    await expected(acknowledgements, 1)
    await acknowledgements.give_way()
    assert (acknowledgements.pending, acknowledgements.is_late(1), acknowledgements.is_late(2)) == (0, True, False)


async def test_worker_pool_place_full_queue_raises_busy_error():
    workers = WorkerPool(1, 2)
    with workers.place("a"), workers.place("a"), workers.place("b"):
        with workers.place("b"):  # the line is full, but "a" has more
            for member in ("a", "b"):
                with pytest.raises(BusyError, match="4 questions wait already"), workers.place(member):
                    pass
        with workers.place("c"):
            pass
    with workers.place("a"):
        pass
    workers.close()


@pytest.fixture
async def requests():
    """Makes requests in the bot's order to a server that answers each once `go` is set; `seen` are those that reached it."""
    seen, go, acknowledgements = [], asyncio.Event(), Acknowledgements(expiry=NEVER, longest_pause=NEVER, recent=0)

    async def take(request):
        seen.append(request.path.removeprefix("/api/v10/"))
        await go.wait()
        return web.Response()

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", take)
    runner = web.AppRunner(app, shutdown_timeout=0)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    async with aiohttp.ClientSession(trace_configs=[request_order(acknowledgements)]) as session:

        async def make(path):
            async with session.post(f"http://127.0.0.1:{runner.addresses[0][1]}{path}") as response:
                return response.status

        def begin(*paths):
            return [asyncio.create_task(make(f"/api/v10/{path}")) for path in paths]

        begin.seen, begin.go, begin.acknowledgements, begin.make = seen, go, acknowledgements, make
        yield begin
        go.set()
    await runner.cleanup()


async def until(condition):
    while not condition():
        await asyncio.sleep(0.001)


async def test_request_order_other_requests_wait_for_first_response(requests):
    requests.go.set()
    await expected(requests.acknowledgements, 5)
    edit = requests("webhooks/1/token/messages/@original")
    assert await requests.make("/gateway") == 200  # not one of the API's
    response = requests("interactions/5/token/callback")
    assert await asyncio.gather(*edit, *response) == [200, 200]
    assert requests.seen == ["/gateway", "interactions/5/token/callback", "webhooks/1/token/messages/@original"]


async def test_request_order_requests_of_handler_precede_its_first_response(requests):
    requests.go.set()

    async def handle():
        requests.acknowledgements.expect(5)
        await requests.make("/api/v10/users/1")
        await requests.make("/api/v10/interactions/5/token/callback")

    requests.acknowledgements.expect(4)
    await asyncio.create_task(handle())
    assert requests.seen == ["users/1", "interactions/5/token/callback"]


async def test_request_order_first_responses_have_separate_concurrency_limit(requests):
    others = requests(*["channels/1/messages"] * (OTHERS_AT_ONCE + 1))
    await until(lambda: len(requests.seen) == OTHERS_AT_ONCE)
    responses = requests(*(f"interactions/{number}/token/callback" for number in range(RESPONSES_AT_ONCE + 1)))
    await until(lambda: len(requests.seen) == OTHERS_AT_ONCE + RESPONSES_AT_ONCE)
    others[0].cancel()  # and so makes room for the next one
    await until(lambda: len(requests.seen) == OTHERS_AT_ONCE + 1 + RESPONSES_AT_ONCE)
    assert requests.seen.count("channels/1/messages") == OTHERS_AT_ONCE + 1
    requests.go.set()
    assert await asyncio.gather(*others[1:], *responses) == [200] * (OTHERS_AT_ONCE + RESPONSES_AT_ONCE + 1)


async def test_request_order_late_first_response_raises_late_error(requests):
    requests.go.set()
    requests.acknowledgements.expiry = 0
    requests.acknowledgements.expect(1)
    await until(lambda: requests.acknowledgements.is_late(1))
    for _ in range(RESPONSES_AT_ONCE + 1):  # none of which keeps its place
        with pytest.raises(LateError, match="later than three seconds"):
            await requests.make("/api/v10/interactions/1/token/callback")
    assert await requests.make("/api/v10/interactions/2/token/callback") == 200
    assert requests.seen == ["interactions/2/token/callback"]


async def test_bot_burst_of_questions_acknowledges_all_before_answering(engine):
    async with serving(engine) as (fake, bot, _):
        bot.acknowledgements.longest_pause = NEVER
        threads = bot.runtime.workers._threads = RecordingThreads(bot.acknowledgements)
        made = await crowd(fake, ["where?", "when?"], number=90, members=30, messages=30)
    assert len(made.answered) == 90
    assert threads.pending == [0] * 120
    assert sorted(engine.asked) == sorted(f"{('where?', 'when?')[number % 2]} ({number})" for number in range(120))
    told = account(made.questions, [])
    assert (told.answered, told.failed, told.lost, told.duplicated) == (120, 0, 0, 0)


async def test_ask_command_queue_full_refuses_in_first_response(engine):
    async with serving(engine, concurrency=1, waiting=9) as (fake, bot, _):
        await fake.slash("ask", question="slow?")
        await fake.wait(lambda: engine.asked)
        bot.acknowledgements.expiry = bot.acknowledgements.longest_pause = NEVER
        bot.acknowledgements.expect(1)  # so that nobody joins the line before all have arrived
        asking = asyncio.create_task(crowd(fake, ["where?"], number=40, members=4))
        await fake.wait(lambda: len(fake.calls("POST", "/callback")) == 41)
        bot.acknowledgements.sent(1)
        engine.go.set()
        made = await asking
    # Ten have a place, the slow one's among them; then each member has as many as the others.
    assert (len(made.acknowledged), len(made.refused)) == (40, 28)
    assert len(made.answered) + len(made.sent_away) == 12
    assert {each.data["flags"] & 64 for each in made.refused} == {64}
    assert len({each.user for each in made.answered}) == 4
