"""The real bot while Discord and the network fail it."""

import pytest
import structlog

from tests.bot.fakes import serving, texts
from tests.discord.faults import dropped, rate_limited, refused
from tests.discord.payloads import APPLICATION

PING = f"<@{APPLICATION}>"
EDIT, REPLY = ("PATCH", "/messages/@original"), ("POST", r"/channels/\d+/messages")
ECHO = "-# Question: where?"


async def answered(fake, interaction):
    await fake.wait(lambda: interaction.answered)
    return texts(interaction.original["components"])


async def replied(fake, message):
    return texts((await fake.wait(lambda: fake.replies(message)))[0]["components"])


def statuses(fake, method, path):
    return [request.status for request in fake.calls(method, path, ok=False)]


async def test_gateway_connection_lost_resumes_and_answers_all_questions(engine):
    async with serving(engine) as (fake, _, _):
        await fake.gateway.close(4000)
        asked = [await fake.slash("ask", question=f"where {number}?") for number in range(3)]
        message = await fake.say(f"{PING} when?", mentions_bot=True)
        assert [(await answered(fake, each))[0] for each in asked] == [f"-# Question: where {n}?" for n in range(3)]
        assert (await replied(fake, message))[0] == "-# Question: when?"
        assert (len(fake.gateway.identifies), len(fake.gateway.resumes)) == (1, 1)
        assert len(fake.calls("PUT", "/commands")) == 1


async def test_gateway_repeated_events_are_handled_once(engine):
    async with serving(engine) as (fake, _, _):
        await answered(fake, await fake.slash("ask", question="where?"))
        await replied(fake, await fake.say(f"{PING} when?", mentions_bot=True))
        session = fake.gateway.session()
        for event in [e for e in session.log if e["t"] in ("INTERACTION_CREATE", "MESSAGE_CREATE")]:
            await session.dispatch(event["t"], event["d"])
        await answered(fake, await fake.slash("ask", question="last?"))
        assert engine.asked == ["where?", "when?", "last?"]
        assert len(fake.calls("POST", "/callback", ok=False)) == 2


@pytest.mark.parametrize(
    ("fault", "status"),
    [(rate_limited, 429), (lambda *where: refused(*where, status=500), 500), (dropped, None)],
    ids=["429", "500", "cut"],
)
async def test_edit_and_reply_temporary_failure_is_retried(engine, fault, status):
    async with serving(engine) as (fake, _, _):
        fake.faults.extend([fault(*EDIT), fault(*REPLY)])
        asked = await fake.slash("ask", question="where?")
        message = await fake.say(f"{PING} where?", mentions_bot=True)
        assert (await answered(fake, asked))[0] == ECHO
        assert (await replied(fake, message))[0] == ECHO
        assert statuses(fake, *EDIT) == statuses(fake, *REPLY) == [status, 200]
        assert {request.body["nonce"] for request in fake.calls(*REPLY, ok=False)} == {message["id"]}


async def test_edit_response_lost_is_retried_without_followup(engine):
    async with serving(engine) as (fake, _, _):
        fake.faults.append(dropped(*EDIT, when="after"))
        asked = await fake.slash("ask", question="where?")
        await fake.wait(lambda: statuses(fake, *EDIT) == [None, 200])
        assert (await answered(fake, asked))[0] == ECHO
        assert asked.followups == []


async def test_acknowledgement_connection_cut_is_retried(engine):
    async with serving(engine) as (fake, _, _):
        fake.faults.append(dropped("POST", "/callback"))
        assert (await answered(fake, await fake.slash("ask", question="where?")))[0] == ECHO


async def test_acknowledgement_response_lost_is_retried_and_answered(engine):
    async with serving(engine) as (fake, _, _):
        fake.faults.append(dropped("POST", "/callback", when="after"))
        assert (await answered(fake, await fake.slash("ask", question="where?")))[0] == ECHO
        # The second try is the only way to find out, and Discord refuses it without harm.
        assert [violation.rule for violation in fake.drain()] == ["acknowledged twice"]


@pytest.mark.parametrize(("status", "code"), [(404, 10008), (400, 50035)])
async def test_edit_refused_sends_followup(engine, status, code):
    async with serving(engine) as (fake, _, _):
        fake.faults.append(refused(*EDIT, status=status, code=code))
        with structlog.testing.capture_logs() as records:
            card = await answered(fake, await fake.slash("ask", question="where?"))
        (failed,) = [record for record in records if record["event"] == "failed"]
        told = ["Something went wrong and I can't answer this now. Please try again later."]
        # Where Discord refuses the card itself, sending the same card again would leave the member waiting.
        assert card[:1] == (told if status == 400 else [ECHO])
        assert (card[-1] == f"-# reference {failed['reference']}") == (status == 400)


async def test_acknowledgement_interaction_expired_is_logged_and_not_answered(engine):
    async with serving(engine) as (fake, _, _):
        fake.faults.append(refused("POST", "/callback", status=404, code=10062))
        with structlog.testing.capture_logs() as records:
            await fake.slash("ask", question="where?")
            await fake.wait(lambda: any(record["event"] == "failed" for record in records))
        assert engine.asked == []
        assert [violation.rule for violation in fake.drain()] == ["never acknowledged"]


async def test_reply_message_deleted_posts_in_channel_without_reference(engine):
    async with serving(engine) as (fake, _, _):
        fake.faults.append(refused(*REPLY, status=400, code=50035))
        await fake.say(f"{PING} where?", mentions_bot=True)
        (sent,) = await fake.wait(lambda: fake.calls(*REPLY))
        assert "message_reference" not in sent.body
        assert texts(sent.body["components"])[0] == ECHO
        assert fake.calls(*REPLY, ok=False)[0].body["message_reference"]["fail_if_not_exists"] is False


async def test_reply_missing_permission_is_logged_and_bot_continues(engine):
    async with serving(engine) as (fake, _, task):
        fake.faults.append(refused(*REPLY, status=403, code=50013, message="Missing Permissions"))
        fake.faults.append(refused("POST", "/typing", status=403, code=50013, message="Missing Permissions"))
        with structlog.testing.capture_logs() as records:
            await fake.say(f"{PING} where?", mentions_bot=True)
            await fake.wait(lambda: len([r for r in records if r["event"] == "failed"]) == 2)
        reasons = {record["reason"] for record in records if record["event"] == "failed"}
        assert reasons == {"403 Forbidden (error code: 50013): Missing Permissions"}
        assert (await replied(fake, await fake.say(f"{PING} where?", mentions_bot=True)))[0] == ECHO
        assert not task.done()


async def test_unknown_command_is_answered_with_private_error(engine):
    async with serving(engine) as (fake, bot, _):
        bot.tree.remove_command("ask")
        asked = await fake.slash("ask", question="where?")
        assert (await answered(fake, asked))[0].startswith("Something went wrong")
        assert (asked.ack, asked.data["flags"] & 64) == (4, 64)
