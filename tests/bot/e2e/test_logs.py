"""The log of a bot that is used in every way holds neither members' ids nor their words."""

import logging
import traceback

import discord
import pytest

from bot.app.client import make_bot
from bot.monitoring import log
from tests.bot.fakes import expand, settings
from tests.bot.launching import TOKEN
from tests.discord.faults import refused
from tests.discord.payloads import APPLICATION, MEMBER
from tests.discord.world import world

SECRET = "swordfish"


async def test_log_all_interactions_contains_no_member_ids_or_words(engine, capsys):
    log.set_up_log()
    async with world(lambda c: make_bot(settings(message_content=True), engine=engine, connector=c)) as (fake, _, _):
        made = await fake.slash("ask", question=f"where is {SECRET}?")
        await fake.wait(lambda: made.answered)
        await expand(fake, made.original)
        for label in ("More", "Try other sections", "👍"):
            clicked = await fake.click(made.original, label=label)
            await fake.wait(lambda clicked=clicked: clicked.answered)
        form = await fake.click(made.original, label="👎")
        await fake.wait(lambda: form.ack)
        sent = await fake.submit(form, {"reason": f"not the {SECRET}"})
        await fake.wait(lambda: sent.answered)
        failed = await fake.slash("ask", question=f"fail {SECRET}")
        await fake.wait(lambda: failed.answered)
        message = await fake.say(f"<@{APPLICATION}> fail {SECRET}", mentions_bot=True)
        await fake.wait(lambda: fake.replies(message))
        checked = await fake.menu("Check against the report", await fake.say(f"fail {SECRET}"))
        await fake.wait(lambda: checked.answered)
        fake.faults.append(refused("POST", "/channels/", status=403, code=50013))
        lost = await fake.say(f"<@{APPLICATION}> who is {SECRET}?", mentions_bot=True)
        await fake.wait(lambda: len(engine.asked) >= 6)
        for command in ("privacy", "help", "about", "status", "agenda", "settings show"):
            used = await fake.slash(command)
            await fake.wait(lambda used=used: used.answered)
        assert lost
    written = capsys.readouterr().err
    assert written.count("answered") >= 3
    assert "RuntimeError" in written
    assert [word for word in (SECRET, MEMBER, "alice") if word in written] == []


async def test_log_repr_and_login_error_contain_no_token(engine, capsys):
    log.set_up_log(level=logging.DEBUG)

    def make(connector):
        return make_bot(settings(), engine=engine, connector=connector)

    async with world(make, token=TOKEN, accepts=TOKEN) as (fake, bot, _):
        made = await fake.slash("ask", question="fail?")
        await fake.wait(lambda: made.answered)
        shown = repr((bot, bot.config, bot.runtime, bot.http, vars(bot.config.bot)))
    with pytest.raises(discord.LoginFailure) as refused:
        async with world(make, token=TOKEN, accepts="another"):
            pass
    written = capsys.readouterr().err
    assert "GET https://discord.com/api/v10/users/@me" in written
    told = "".join(traceback.format_exception(refused.value))
    assert [each for each in (written, shown, told) if TOKEN in each] == []
