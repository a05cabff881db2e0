"""Two servers with one bot: neither sees, changes nor uses up anything of the other's."""

import pytest

from bot.storage.guild_rules import EVERYWHERE, Rules
from bot.storage.store import Vote
from tests.bot.fakes import GENERATION, expand, serving, texts
from tests.discord.payloads import (
    APPLICATION,
    CHANNEL,
    COMPONENTS_V2,
    EPHEMERAL,
    GUILD,
    MEMBER,
    ORDINARY,
    OTHER_CHANNEL,
    OTHER_GUILD,
    OUTSIDE_GUILD,
)

PING, BOB, ROLE = f"<@{APPLICATION}>", "1300000000000000777", "1300000000000000042"
ANSWERED = "**The report says:**"


async def used(fake, command, **options):
    made = await fake.slash(command, **options)
    await fake.wait(lambda: made.answered)
    return made, texts(made.original["components"])


async def reported(fake, question, place):
    """Ask, and send the question with the reason `why`."""
    answer, _ = await used(fake, "ask", question=question, place=place)
    form = await fake.click(answer.original, label="👎", place=place)
    await fake.wait(lambda: form.ack)
    sent = await fake.submit(form, {"reason": "why"}, place=place)
    await fake.wait(lambda: sent.answered)


async def test_settings_commands_change_rules_of_own_server_only(engine):
    async with serving(engine) as (fake, bot, _):
        await fake.join()
        await used(fake, "settings change", short=True, public=False, retention_days=7)
        await used(fake, "settings channel", channel=CHANNEL, asking="unasked")
        _, (shown,) = await used(fake, "settings show", place="elsewhere")
        lines = shown.split("\n")
        assert [lines[n] for n in (2, 3, 10, 16)] == [
            "Answers are shown to everybody: default",
            "Short answers: no",
            "Channels where it answers without being mentioned: none",
            "Days that feedback is stored: 90",
        ]
        made, _ = await used(fake, "ask", question="where?", place="elsewhere")
        assert made.original["flags"] == COMPONENTS_V2
        _, (shown,) = await used(fake, "settings reset", place="elsewhere")
        rules = (await bot.runtime.storage.rules(int(GUILD))).rules
        assert (rules.short, rules.public, rules.retention_days) == (True, False, 7)
        assert (await bot.runtime.storage.rules(int(OTHER_GUILD))).rules == EVERYWHERE


async def test_ask_command_channel_blocked_in_one_server_answers_in_others(engine):
    async with serving(engine) as (fake, _, _):
        await fake.join()
        await used(fake, "settings channel", channel=CHANNEL, asking="blocked")
        await used(fake, "settings role", role=ROLE, may_ask=True)
        fake.actor, fake.permissions = BOB, ORDINARY
        assert (await used(fake, "ask", question="where?"))[1] == [
            "This channel is not open for questions. Please use another one, or send me a direct message."
        ]
        for place in ("elsewhere", "dm", "outside"):
            assert (await used(fake, "ask", question="where?", place=place))[1][1] == ANSWERED
        message = await fake.say(f"{PING} where?", mentions_bot=True, author=BOB, place="elsewhere")
        (card,) = await fake.wait(lambda: fake.replies(message))
        assert texts(card["components"])[1] == ANSWERED
        assert card["channel_id"] == OTHER_CHANNEL


async def test_gaps_command_lists_questions_of_own_server_only(engine):
    async with serving(engine) as (fake, _, _):
        await fake.join()
        await reported(fake, "unknown food?", "guild")
        await reported(fake, "unknown drink?", "dm")
        await reported(fake, "unknown dress?", "outside")
        assert (await used(fake, "gaps", place="elsewhere"))[1] == ["Nobody has reported a question yet."]
        await reported(fake, "unknown music?", "elsewhere")
        for place, question in (("elsewhere", "unknown music?"), ("guild", "unknown food?")):
            made, shown = await used(fake, "gaps", place=place)
            assert shown == [f"## Reported questions · 1\n### Not in the report · 1\n- 1 ×: {question}\n  - reason: why"]
            await fake.wait(lambda made=made: made.followups)
            (file,) = made.followups[0]["attachments"]
            written = fake.state.uploads[file["url"].removeprefix("https://cdn.discordapp.com")].decode("utf-8-sig")
            assert written == f"count,question,verdicts,reasons\n1,{question},not_covered,why\n"


async def test_privacy_command_shows_and_deletes_own_votes_of_all_servers(engine):
    async with serving(engine) as (fake, bot, _):
        await fake.join()
        await reported(fake, "unknown food?", "guild")
        await reported(fake, "unknown music?", "elsewhere")
        fake.actor = BOB
        _, (shown,) = await used(fake, "privacy", place="elsewhere")
        assert "unknown" not in shown
        assert (await used(fake, "privacy", action="delete", place="elsewhere"))[1] == [
            "Deleted 0 entries about you. Nothing else is stored, except in backups until they expire."
        ]
        await reported(fake, "unknown music?", "elsewhere")
        fake.actor = MEMBER
        made, (shown,) = await used(fake, "privacy", place="elsewhere")
        assert made.original["flags"] == EPHEMERAL | COMPONENTS_V2
        assert [line for line in shown.split("\n") if "question" in line][1:] == [
            "  - question: unknown food?",
            "  - question: unknown music?",
        ]
        assert (await used(fake, "privacy", action="delete", place="elsewhere"))[1] == [
            "Deleted 2 entries about you. Nothing else is stored, except in backups until they expire."
        ]
        assert [vote.question for vote in await bot.runtime.storage.about(int(BOB))] == ["unknown music?"]


@pytest.mark.parametrize("rate", ["per_member", "per_channel"])
async def test_ask_command_rate_limit_reached_in_one_server_answers_in_others(engine, rate):
    async with serving(engine) as (fake, _, _):
        await fake.join()
        for place in ("guild", "elsewhere"):
            await used(fake, "settings change", place=place, **{rate: 1})
        assert (await used(fake, "ask", question="where?"))[1][1] == ANSWERED
        (told,) = (await used(fake, "ask", question="where?"))[1]
        assert told in {f"Too fast. Please try again in {seconds} seconds." for seconds in (59, 60)}
        for place in ("elsewhere", "dm"):
            assert (await used(fake, "ask", question="where?", place=place))[1][1] == ANSWERED
        assert (await used(fake, "ask", question="where?", place="elsewhere"))[1][0].startswith("Too fast.")


async def test_follow_up_uses_no_question_from_another_place(engine):
    async with serving(engine, message_content=True) as (fake, _, _):
        await fake.join()
        await used(fake, "ask", question="where?")
        answer, _ = await used(fake, "ask", question="who?", place="elsewhere")
        direct = await fake.say("and why?", place="dm")
        await fake.wait(lambda: fake.replies(direct))
        await expand(fake, answer.original, place="elsewhere")
        opened = await fake.click(answer.original, label="Continue in a thread", place="elsewhere")
        await fake.wait(lambda: opened.answered)
        (thread,) = fake.state.threads.values()
        assert thread["guild_id"] == OTHER_GUILD
        said = await fake.say("and when?", thread=thread, place="elsewhere")
        (card,) = await fake.wait(lambda: fake.replies(said))
        assert texts(card["components"])[:2] == ["-# Question: and when?", "-# I understood: who? and when?"]
        assert engine.asked == ["where?", "who?", "and why?", "who?", "who? and when?"]


async def test_mention_first_answer_in_each_server_includes_greeting(engine):
    async with serving(engine) as (fake, _, _):
        await fake.join()
        for place, greeted in (("guild", True), ("elsewhere", True), ("guild", False), ("elsewhere", False)):
            message = await fake.say(f"{PING} where?", mentions_bot=True, place=place)
            (card,) = await fake.wait(lambda message=message: fake.replies(message))
            assert ("Hello!" in str(texts(card["components"]))) is greeted


async def test_commands_server_without_bot_ignore_stored_rules(engine):
    async with serving(engine) as (fake, bot, _):
        await bot.runtime.storage.save(int(OUTSIDE_GUILD), Rules(public=False, short=True), 0)
        for command, options in (("ask", {"question": "where?"}), ("agenda", {})):
            made, _ = await used(fake, command, place="outside", **options)
            assert made.original["flags"] == COMPONENTS_V2
        chosen = await fake.menu("Ask the report about this", await fake.say("where?"), place="outside")
        await fake.wait(lambda: chosen.answered)
        assert chosen.original["flags"] == COMPONENTS_V2


async def test_guild_delete_bot_removed_forgets_data_of_that_server_only(engine):
    async with serving(engine) as (fake, bot, _):
        storage = bot.runtime.storage
        await fake.join()
        for n, guild in enumerate((GUILD, OTHER_GUILD)):
            await storage.save(int(guild), Rules(short=True), 0)
            await storage.vote(int(BOB), Vote(f"ABCDEFG{n}", -1, "related", GENERATION, int(guild), f"question {n}"))
        out_of_order = {"id": OTHER_GUILD, "unavailable": True}
        await fake.gateway.session(OTHER_GUILD).dispatch("GUILD_DELETE", out_of_order)
        await used(fake, "ask", question="where?")
        assert await storage.count() == 2
        await fake.join()
        await fake.remove(OTHER_GUILD)
        await fake.wait(lambda: int(OTHER_GUILD) not in {guild.id for guild in bot.guilds})
        while await storage.count() == 2:
            await used(fake, "help")
        assert [vote.question for vote in await storage.about(int(BOB))] == ["question 0"]
        assert (await storage.rules(int(OTHER_GUILD))).rules == EVERYWHERE
        assert (await storage.rules(int(GUILD))).rules == Rules(short=True)
