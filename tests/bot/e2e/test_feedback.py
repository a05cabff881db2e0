"""Feedback, privacy, gaps, help, about and status against the loopback Discord."""

import json

import pytest

from bot.storage.store import Vote
from tests.bot.fakes import GENERATION, serving, texts
from tests.discord.payloads import COMPONENTS_V2, EPHEMERAL, GUILD, MEMBER, ORDINARY

BOB = "1300000000000000777"


async def used(fake, command, **options):
    made = await fake.slash(command, **options)
    await fake.wait(lambda: made.answered)
    return made, texts(made.original["components"]) if made.original["components"] else []


async def clicked(fake, message, label):
    made = await fake.click(message, label=label)
    await fake.wait(lambda: made.ack)
    return made


async def reported(fake, message, reason):
    form = await clicked(fake, message, "👎")
    sent = await fake.submit(form, {"reason": reason})
    await fake.wait(lambda: sent.answered)
    return sent


async def held(bot, member=MEMBER):
    return [(v.value, v.verdict, v.guild, v.question, v.reason) for v in await bot.runtime.storage.about(int(member))]


async def test_thumbs_up_button_keeps_one_vote_without_question(engine):
    async with serving(engine) as (fake, bot, _):
        answer, _ = await used(fake, "ask", question="where?")
        up = await clicked(fake, answer.original, "👍")
        assert (up.original["flags"], texts(up.original["components"])) == (
            EPHEMERAL | COMPONENTS_V2,
            ["Thanks! We saved your 👍, not your question."],
        )
        await clicked(fake, answer.original, "👍")
        assert await held(bot) == [(1, "answered", int(GUILD), None, None)]


@pytest.mark.parametrize(("reason", "kept"), [("wrong *place*", "wrong *place*"), ("", None)])
async def test_report_form_submitted_keeps_question_and_reason(engine, reason, kept):
    async with serving(engine) as (fake, bot, _):
        answer, _ = await used(fake, "ask", question="unknown *food*?")
        form = await clicked(fake, answer.original, "👎")
        assert form.data["title"] == "What is wrong with this answer?"
        assert form.data["components"][0]["content"].startswith("The maintainer will see this question and your reason")
        assert await held(bot) == []
        sent = await reported(fake, answer.original, reason)
        assert texts(sent.original["components"])[0].startswith(
            "Thanks! The maintainer will see your question and your reason."
        )
        assert await held(bot) == [(-1, "not_covered", int(GUILD), "unknown *food*?", kept)]


async def test_privacy_command_shows_exports_and_deletes_own_votes(engine):
    async with serving(engine) as (fake, bot, _):
        assert (await used(fake, "privacy"))[1][0].startswith("## What I saved about you\nOnly the 👍 and 👎")
        answer, _ = await used(fake, "ask", question="unknown food?")
        await reported(fake, answer.original, "no")
        await bot.runtime.storage.vote(int(BOB), Vote("ABCDEFGH", -1, "related", GENERATION, None, "other", None))
        _, shown = await used(fake, "privacy", action="show")
        assert shown[0].split("\n")[2].startswith("- 👎 ")
        assert shown[0].split("\n")[3:] == ["  - question: unknown food?", "  - reason: no"]
        made, _ = await used(fake, "privacy", action="export")
        (file,) = made.original["attachments"]
        (vote,) = json.loads(fake.state.uploads[file["url"].removeprefix("https://cdn.discordapp.com")])["votes"]
        assert (vote["question"], vote["reason"], vote["value"], vote["guild"]) == ("unknown food?", "no", -1, int(GUILD))
        assert (made.original["flags"], MEMBER in json.dumps(vote)) == (EPHEMERAL, False)
        told = "Deleted 1 entries about you. Nothing else is stored, except in backups until they expire."
        assert (await used(fake, "privacy", action="delete"))[1] == [told]
        assert (await held(bot), len(await held(bot, BOB))) == ([], 1)


async def test_gaps_command_groups_questions_for_managers_only(engine):
    async with serving(engine) as (fake, bot, _):
        assert (await used(fake, "gaps"))[1] == ["Nobody has reported a question yet."]
        sent = (("=午餐吃什麼？", "not_covered"), ("=午餐吃什麼", "not_covered"), ("where?", "answered"))
        for n, (question, verdict) in enumerate(sent):
            vote = Vote(f"ABCDEFG{n}", -1, verdict, GENERATION, int(GUILD), question, "餓" if n else None)
            await bot.runtime.storage.vote(int(BOB) + n, vote)
        made, shown = await used(fake, "gaps")
        assert shown[0].split("\n") == [
            "## Reported questions · 3",
            "### Not in the report · 2",
            "- 2 ×: =午餐吃什麼？",
            "  - reason: 餓",
            "### Answered, but not well · 1",
            "- 1 ×: where?",
            "  - reason: 餓",
        ]
        await fake.wait(lambda: made.followups)
        (file,) = made.followups[0]["attachments"]
        written = fake.state.uploads[file["url"].removeprefix("https://cdn.discordapp.com")].decode("utf-8-sig")
        assert written.splitlines() == [
            "count,question,verdicts,reasons",
            "2,'=午餐吃什麼？,not_covered,餓",
            "1,where?,answered,餓",
        ]
        fake.actor, fake.permissions = BOB, ORDINARY
        assert (await used(fake, "gaps"))[1] == ["Only those who can manage the server can see and change these rules."]


async def test_about_command_names_reports_and_stored_data(engine):
    async with serving(engine) as (fake, _, _):
        _, shown = await used(fake, "about")
        assert shown[:3] == [
            "## I answer from",
            "**開放政府高峰會報告**\nPublisher: \\*\\*國發會\\*\\*\nLicence: CC0",
            "-# I save nobody's questions unless they send one with “👎”. `/privacy` shows, exports and deletes what "
            "👍 and 👎 saved. Questions are counted by day and server, without texts and names.",
        ]
        assert shown[3].endswith(f" · index {GENERATION}")


async def test_status_command_shows_state_to_owner_only(engine):
    async with serving(engine) as (fake, bot, _):
        await used(fake, "ask", question="where?")
        await used(fake, "ask", question="fail?")
        _, (shown,) = await used(fake, "status")
        bot.runtime.live.problem = "the build of 2030 failed: report.toml"
        _, (stale,) = await used(fake, "status")
        assert stale.split("\n")[4] == "⚠️ Not up to date: the build of 2030 failed: report.toml"
        lines = shown.split("\n")
        assert lines[:5] == [
            "## Status",
            f"Index: {GENERATION}",
            "Model: letters (bfloat16)",
            "Built: 2021-12-17T12\\:00:00Z",
            "Questions answered: answered 1",
        ]
        assert lines[6:9] == ["Errors: RuntimeError 1", "Refused by Discord: 0", "Being answered: 0"]
        fake.actor, fake.permissions = BOB, ORDINARY
        told = "Only the owner of the bot and those who can manage the server see this."
        assert (await used(fake, "status"))[1] == [told]
