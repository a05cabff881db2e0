"""What becomes of a question when Discord refuses the answer: each row of the table in docs/discord.md.

The codes and their texts are those of Discord's documentation, page "Opcodes and Status Codes".
"""

import re

import pytest
import structlog

from bot.delivery.sender import SLOW, TRIES
from bot.locale.catalogue import bot_catalogue
from bot.refusals import CAUSES, UNFIXABLE
from tests.bot.fakes import expand, root, serving, texts
from tests.discord.faults import Fault
from tests.discord.payloads import APPLICATION, CHANNEL, COMPONENTS_V2, DM_CHANNEL, EPHEMERAL, GUILD, MEMBER
from tests.discord.refusals import REFUSALS, refused_with

PING = f"<@{APPLICATION}>"
IN_CHANNEL, EDIT, THREAD = rf"/channels/{CHANNEL}/messages", r"/messages/@original", "/threads"
ECHOES = {"en": "-# Question: where?", "zh-TW": "-# 提問：在哪裡？"}
QUESTIONS = {"en": "where?", "zh-TW": "在哪裡？"}
LOCALES = {"en": "en-US", "zh-TW": "zh-TW"}
BY_MESSAGE = {"answer, as a message of its own", "answer, after the pause", "private message", "nothing"}


def documented():
    """The rows of the table: what a message and what a command or click gets, by code."""
    table = (root() / "docs/discord.md").read_text("utf-8").split("<!-- refusals -->")[1].split("<!-- end")[0]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in table.strip().splitlines()[2:]]
    return {int(code): cells for code, *cells in rows}


ROWS = documented()


def sent_to(fake, channel):
    return [each for each in fake.messages.values() if each["channel_id"] == channel and each["author"]["id"] == APPLICATION]


async def status(fake, locale="en-US"):
    made = await fake.slash("status", locale=locale)
    await fake.wait(lambda: made.answered)
    return texts(made.original["components"])[0].split("\n")


async def named_fix(fake):
    """The only line of `/status` that says what to fix in the channel."""
    (line,) = [line for line in await status(fake) if f"<#{CHANNEL}>" in line]
    return line


def test_documented_table_has_a_row_for_each_known_code():
    assert ROWS.keys() == CAUSES.keys()
    assert REFUSALS.keys() == CAUSES.keys() | {50007}
    assert {row[1] for row in ROWS.values()} == BY_MESSAGE
    assert {row[2] for row in ROWS.values()} == {"private notice"}
    assert {code for code, row in ROWS.items() if row[3] == "nothing"} == {c for c in CAUSES if CAUSES[c] in UNFIXABLE}


@pytest.mark.parametrize("language", LOCALES)
@pytest.mark.parametrize("code", CAUSES)
async def test_message_refused_answers_or_tells_author_and_status_names_it_once(engine, code, language):
    words, outcome = bot_catalogue(language), ROWS[code][1]
    async with serving(engine) as (fake, _, _):
        # Discord refuses until the cause is fixed; in the rows with an answer, it accepts the second request.
        tries = 1 if outcome.startswith("answer") else 2
        fake.faults.append(refused_with(code, "POST", IN_CHANNEL, times=1 if tries == 1 else 99))
        with structlog.testing.capture_logs() as records:
            for _ in range(tries):
                await fake.say(f"{PING} {QUESTIONS[language]}", mentions_bot=True)
            await fake.wait(lambda: len([r for r in records if r["event"] in ("failed", "delivered")]) == tries)
        if outcome.startswith("answer"):
            first = (await fake.wait(lambda: sent_to(fake, CHANNEL)))[0]
            assert texts(first["components"])[0] == ECHOES[language]
            assert ("message_reference" in first) == (outcome == "answer, after the pause")
            assert sent_to(fake, DM_CHANNEL) == []
        elif outcome == "private message":
            (notice,) = await fake.wait(lambda: sent_to(fake, DM_CHANNEL))
            link = re.escape(f"https://discord.com/channels/{GUILD}/{CHANNEL}/") + r"\d+"
            reason = re.escape(words(f"told.{CAUSES[code]}"))
            private = re.escape(words("told.private", channel=f"<#{CHANNEL}>", link="LINK", reason="REASON"))
            assert re.fullmatch(private.replace("LINK", link).replace("REASON", reason), texts(notice["components"])[0])
            assert sent_to(fake, CHANNEL) == []
        else:
            assert sent_to(fake, DM_CHANNEL) == sent_to(fake, CHANNEL) == []
        named = [line for line in await status(fake, LOCALES[language]) if f"<#{CHANNEL}>" in line]
        if CAUSES[code] in UNFIXABLE or outcome == "answer, after the pause":
            assert named == []
        else:
            (line,) = named
            what = words(f"fix.{CAUSES[code]}", channel=f"<#{CHANNEL}>")
            assert line.startswith(f"- {what} ({tries} ")


@pytest.mark.parametrize("language", LOCALES)
@pytest.mark.parametrize("code", CAUSES)
async def test_click_refused_tells_member_privately_and_never_leaves_thinking(engine, code, language):
    words = bot_catalogue(language)
    async with serving(engine) as (fake, _, _):
        asked = await fake.slash("ask", question=QUESTIONS[language], locale=LOCALES[language])
        await fake.wait(lambda: asked.answered)
        await expand(fake, asked.original)
        fake.faults.append(refused_with(code, "POST", THREAD, times=TRIES if code in SLOW else 1))
        label = words("answer_action.thread")
        made = await fake.click(asked.original, label=label, locale=LOCALES[language])
        await fake.wait(lambda: made.answered)
        assert texts(made.original["components"])[0] == words(f"told.{CAUSES[code]}")
        assert made.original["flags"] == EPHEMERAL | COMPONENTS_V2
        named = [line for line in await status(fake, LOCALES[language]) if f"<#{CHANNEL}>" in line]
        assert len(named) == (CAUSES[code] not in UNFIXABLE)


@pytest.mark.parametrize("language", LOCALES)
@pytest.mark.parametrize("visibility", ["public", "private"])
async def test_command_answer_blocked_by_automod_is_replaced_by_private_notice(engine, language, visibility):
    words = bot_catalogue(language)
    async with serving(engine) as (fake, _, _):
        fake.faults.append(refused_with(200000, "PATCH", EDIT))
        made = await fake.slash("ask", question=QUESTIONS[language], visibility=visibility, locale=LOCALES[language])
        (notice,) = await fake.wait(lambda: made.followups)
        assert texts(notice["components"])[0] == words("told.filter")
        assert notice["flags"] == EPHEMERAL | COMPONENTS_V2
        assert (made.answered, made.original["id"] in fake.messages) == (True, False)


async def test_answer_with_blocked_word_is_kept_out_of_channel_by_command_and_message(engine):
    async with serving(engine) as (fake, _, _):
        fake.state.blocked_words.add("首爾")
        made = await fake.slash("ask", question="where?", visibility="public")
        (notice,) = await fake.wait(lambda: made.followups)
        assert texts(notice["components"])[0] == bot_catalogue("en")("told.filter")
        await fake.say(f"{PING} where?", mentions_bot=True)
        await fake.wait(lambda: sent_to(fake, DM_CHANNEL))
        assert [each for each in sent_to(fake, CHANNEL) if "首爾" in str(each)] == []
        private = await fake.slash("ask", question="where?", visibility="private")
        await fake.wait(lambda: private.answered)
        assert texts(private.original["components"])[0] == ECHOES["en"]


async def test_command_answer_blocked_and_thinking_stays_tells_member_in_its_place(engine):
    async with serving(engine) as (fake, _, _):
        fake.faults.extend([refused_with(200000, "PATCH", EDIT), refused_with(50013, "DELETE", EDIT)])
        made = await fake.slash("ask", question="where?")
        await fake.wait(lambda: made.answered)
        assert texts(made.original["components"])[0] == bot_catalogue("en")("told.filter")


async def test_private_message_refused_is_logged_and_bot_continues(engine):
    async with serving(engine) as (fake, _, _):
        fake.faults.append(refused_with(50013, "POST", IN_CHANNEL))
        fake.faults.append(refused_with(50007, "POST", rf"/channels/{DM_CHANNEL}/messages"))
        await fake.say(f"{PING} where?", mentions_bot=True)
        await fake.wait(lambda: fake.calls("POST", rf"/channels/{DM_CHANNEL}/messages", ok=False))
        question = await fake.say(f"{PING} where?", mentions_bot=True)
        (card,) = await fake.wait(lambda: fake.replies(question))
        assert texts(card["components"])[0] == ECHOES["en"]
        assert sent_to(fake, DM_CHANNEL) == []


async def test_unasked_question_refused_tells_nobody_but_managers(engine):
    async with serving(engine, message_content=True) as (fake, _, _):
        made = await fake.slash("settings channel", channel=CHANNEL, asking="unasked")
        await fake.wait(lambda: made.answered)
        fake.faults.append(refused_with(50013, "POST", IN_CHANNEL))
        await fake.say("where was it?")
        await fake.wait(lambda: fake.calls("POST", IN_CHANNEL, ok=False))
        assert (await named_fix(fake)).startswith(f"- <#{CHANNEL}>: I lack a permission.")
        assert sent_to(fake, DM_CHANNEL) == []


@pytest.mark.parametrize("language", LOCALES)
async def test_slow_mode_that_lasts_tells_author_privately(engine, language):
    words = bot_catalogue(language)
    async with serving(engine) as (fake, _, _):
        fake.faults.append(refused_with(20016, "POST", IN_CHANNEL, times=3))
        await fake.say(f"{PING} {QUESTIONS[language]}", mentions_bot=True)
        (notice,) = await fake.wait(lambda: sent_to(fake, DM_CHANNEL))
        assert texts(notice["components"])[0].endswith(words("told.slow"))
        (line,) = [line for line in await status(fake, LOCALES[language]) if f"<#{CHANNEL}>" in line]
        assert line.startswith(f"- {words('fix.slow', channel=f'<#{CHANNEL}>')}")


async def test_slow_mode_as_rate_limit_is_waited_for(engine):
    """Discord also reports slow mode as a rate limit, with the seconds to wait."""
    body = {"message": REFUSALS[20016][1], "code": 20016, "retry_after": 0.05, "global": False}
    async with serving(engine) as (fake, _, _):
        fake.faults.append(Fault("POST", IN_CHANNEL, status=429, body=body, headers={"Via": "1.1 loopback"}))
        question = await fake.say(f"{PING} where?", mentions_bot=True)
        (card,) = await fake.wait(lambda: fake.replies(question))
        assert texts(card["components"])[0] == ECHOES["en"]


async def test_status_names_refusals_to_managers_of_their_server_and_counts_to_owner(engine):
    async with serving(engine) as (fake, _, _):
        await fake.join()
        fake.faults.append(refused_with(160002, "POST", IN_CHANNEL))
        await fake.say(f"{PING} where?", mentions_bot=True)
        await fake.wait(lambda: sent_to(fake, CHANNEL))
        assert "Refused by Discord: 160002 1" in await status(fake)
        fake.actor = "1300000000000000777"
        lines = await status(fake)
        assert lines[:2] == ["## Status", "### To fix in this server"]
        assert re.fullmatch(
            rf"- <#{CHANNEL}>: I answer without replying to the question\. Allow my role “Read Message History”\. "
            r"\(1 ×, last <t:\d+:R>\)",
            lines[2],
        )
        made = await fake.slash("status", place="elsewhere")
        await fake.wait(lambda: made.answered)
        shown = texts(made.original["components"])[0].split("\n")
        assert shown[:2] == ["## Status", "✅ I have the permissions that I need in every channel for questions."]
        assert MEMBER not in str(shown)
