"""The weekly digest against the loopback Discord: sent once, late rather than never, and refusals shown to managers."""

import asyncio
import re
from contextlib import asynccontextmanager
from datetime import datetime, time, timedelta

import pytest
from sqlalchemy import select, update

from bot.app import weekly_digest
from bot.guilds.digest_text import latest_week
from bot.locale.catalogue import bot_catalogue
from bot.storage.guild_rules import Rules
from bot.storage.store import CLAIM_SECONDS, WEEK, Storage, utc_now
from bot.storage.tables import digests, usage, votes
from tests.bot.fakes import serving, texts
from tests.bot.launching import TOKEN, launch
from tests.discord.faults import dropped
from tests.discord.payloads import APPLICATION, CHANNEL, GUILD, ORDINARY, channel
from tests.discord.refusals import refused_with
from tests.discord.world import discord_server

LOCALES = {"en": "en-US", "zh-TW": "zh-TW"}
HERE, BOB = int(GUILD), "1300000000000000777"
SEE, SEND, THREADS = 1 << 10, 1 << 11, 1 << 35 | 1 << 38
IN_CHANNEL = rf"/channels/{CHANNEL}/messages$"


@pytest.fixture(autouse=True)
def often(monkeypatch):
    monkeypatch.setattr(weekly_digest, "EVERY_SECONDS", 0.02)


@pytest.fixture
def url(tmp_path):
    return f"sqlite+aiosqlite:///{tmp_path}/state.sqlite"


async def used(fake, command, **options):
    made = await fake.slash(command, **options)
    await fake.wait(lambda: made.answered)
    return made, texts(made.original["components"])


async def status(fake, language="en"):
    return (await used(fake, "status", locale=LOCALES[language]))[1][0].split("\n")


def sent(fake, channel=CHANNEL):
    """The digests in a channel, as their texts."""
    here = [each for each in fake.messages.values() if each["channel_id"] == channel]
    cards = [each for each in here if each["author"]["id"] == APPLICATION and "interaction_metadata" not in each]
    return [text for card in cards for text in texts(card["components"]) if re.match("## (Week|一週提問)", text)]


@asynccontextmanager
async def opened(url):
    storage = await Storage.open(url)
    yield storage
    await storage.close()


async def move_back(storage, weeks=1):
    """Make everything look as if it had happened in earlier weeks."""
    await storage.save_usage()
    day = latest_week(utc_now()) - (weeks - 1) * WEEK + timedelta(days=2)
    async with storage.engine.begin() as connection:
        await connection.execute(update(usage).values(day=day))
        await connection.execute(update(votes).values(given=datetime.combine(day, time(12))))


async def owe(storage, weeks=1):
    """Make the digests of the latest weeks due."""
    week, long_ago = latest_week(utc_now()) - weeks * WEEK, utc_now() - timedelta(seconds=2 * CLAIM_SECONDS)
    async with storage.engine.begin() as connection:
        await connection.execute(update(digests).values(week=week, claimed=long_ago, done=1))


async def state(storage):
    async with storage.engine.connect() as connection:
        return [(row.week, row.done) for row in await connection.execute(select(digests))]


async def choose(fake, storage, **options):
    """Choose the channel, and wait until that is recorded."""
    _, shown = await used(fake, "settings digest", channel=CHANNEL, **options)
    while not await state(storage):
        await asyncio.sleep(0.02)
    return shown[0].split("\n")


async def ask_around(fake):
    """An answer, one that is reported, one refused, and one in a thread."""
    await used(fake, "ask", question="where?")
    card, _ = await used(fake, "ask", question="unknown food?")
    form = await fake.click(card.original, label="👎")
    await fake.wait(lambda: form.ack)
    done = await fake.submit(form, {"reason": "secret reason"})
    await fake.wait(lambda: done.answered)


def expected(language, week=None):
    first = week or latest_week(utc_now())
    last = first + timedelta(days=6)
    return {
        "en": f"## Week {first} – {last}\n"
        "- All questions 2 (0): answered 1 (0) · not in the report 1 (0)\n"
        "- text channels 2 (0): answered 1 (0) · not in the report 1 (0)\n"
        "-# In brackets: the week before\n"
        "## Reported questions · 1\n### Not in the report · 1\n- 1 ×: unknown food?",
        "zh-TW": f"## 一週提問 {first}～{last}\n"
        "- 全部提問 2（0）：有回答 1（0） · 報告沒寫 1（0）\n"
        "- 文字頻道 2（0）：有回答 1（0） · 報告沒寫 1（0）\n"
        "-# 括號內是前一週的數字\n"
        "## 待補問題 · 1\n### 報告沒寫 · 1\n- 1 次：unknown food?",
    }[language]


@pytest.mark.parametrize("language", LOCALES)
async def test_digest_is_sent_once_in_language_of_server_also_after_restarts(engine, url, language):
    async with serving(engine, storage=url) as (fake, bot, _):
        storage = bot.runtime.storage
        await used(fake, "settings change", language=language)
        shown = await choose(fake, storage, locale=LOCALES[language])
        words = bot_catalogue(language)
        assert shown[0] == words("settings.changed")
        change = words("settings.change", before=words("settings.off"), after=f"<#{CHANNEL}>")
        assert shown[1:] == [
            f"- {words('settings.digest', value=change)}",
            words("settings.digest_public"),
            words("settings.digest_first"),
        ]
        await ask_around(fake)
        assert sent(fake) == []
        await move_back(storage)
        await owe(storage)
        await fake.wait(lambda: sent(fake))
        assert sent(fake) == [expected(language)]
        while await state(storage) != [(latest_week(utc_now()), 1)]:
            await asyncio.sleep(0.02)
    for _ in range(2):
        async with serving(engine, storage=url) as (fake, bot, _):
            await asyncio.sleep(0.2)
            assert sent(fake) == []


@pytest.mark.parametrize("language", LOCALES)
async def test_digests_missed_while_bot_was_off_are_sent_late_and_quiet_weeks_not(engine, url, language):
    async with serving(engine, storage=url) as (fake, bot, _):
        await used(fake, "settings change", language=language)
        await choose(fake, bot.runtime.storage)
        await ask_around(fake)
        await move_back(bot.runtime.storage, weeks=3)
    async with opened(url) as storage:
        await owe(storage, weeks=4)
    async with serving(engine, storage=url) as (fake, bot, _):
        await fake.wait(lambda: sent(fake))
        while await state(bot.runtime.storage) != [(latest_week(utc_now()), 1)]:
            await asyncio.sleep(0.02)
        assert sent(fake) == [expected(language, latest_week(utc_now()) - 2 * WEEK)]


async def test_digest_sent_before_a_crash_is_not_sent_again(engine, url):
    async with serving(engine, storage=url) as (fake, bot, _):
        storage = bot.runtime.storage
        await choose(fake, storage)
        await ask_around(fake)
        await move_back(storage)
        await owe(storage)
        await fake.wait(lambda: sent(fake))
        # As if the process had ended before it recorded that the digest was sent.
        async with storage.engine.begin() as connection:
            claimed = utc_now() - timedelta(seconds=CLAIM_SECONDS + 1)
            await connection.execute(update(digests).values(done=0, claimed=claimed))
        fake.state.nonces.clear()
        while await state(storage) != [(latest_week(utc_now()), 1)]:
            await asyncio.sleep(0.02)
        assert len(sent(fake)) == 1


async def test_digest_whose_connection_is_cut_is_sent_once(engine):
    async with serving(engine) as (fake, bot, _):
        await choose(fake, bot.runtime.storage)
        await ask_around(fake)
        await move_back(bot.runtime.storage)
        fake.faults.append(dropped("POST", IN_CHANNEL, when="after"))
        await owe(bot.runtime.storage)
        while await state(bot.runtime.storage) != [(latest_week(utc_now()), 1)]:
            await asyncio.sleep(0.02)
        assert len(sent(fake)) == 1


@pytest.mark.parametrize("language", LOCALES)
@pytest.mark.parametrize("code", [50001, 50013])
async def test_digest_refused_is_shown_in_status_and_sent_when_fixed(engine, url, code, language):
    words = bot_catalogue(language)
    async with serving(engine, storage=url) as (fake, bot, _):
        storage = bot.runtime.storage
        await used(fake, "settings change", language=language)
        await choose(fake, storage)
        await ask_around(fake)
        await move_back(storage)
        fake.faults.append(refused_with(code, "POST", IN_CHANNEL))
        await owe(storage)
        await fake.wait(lambda: fake.calls("POST", IN_CHANNEL, ok=False))
        fake.actor = BOB
        lines = await status(fake, language)
        (named,) = [line for line in lines if f"<#{CHANNEL}>" in line]
        cause = {50001: "access", 50013: "permission"}[code]
        assert named.startswith(f"- {words(f'fix.{cause}', channel=f'<#{CHANNEL}>')}")
        assert (sent(fake), (await state(storage))[0][1]) == ([], 0)
    async with opened(url) as storage, storage.engine.begin() as connection:
        await connection.execute(update(digests).values(claimed=utc_now() - timedelta(seconds=CLAIM_SECONDS + 1)))
    async with serving(engine, storage=url) as (fake, bot, _):
        await fake.wait(lambda: sent(fake))
        assert sent(fake) == [expected(language)]


@pytest.mark.parametrize("language", LOCALES)
async def test_digest_blocked_by_automod_is_sent_without_questions(engine, language):
    words = bot_catalogue(language)
    async with serving(engine) as (fake, bot, _):
        await used(fake, "settings change", language=language)
        await choose(fake, bot.runtime.storage)
        await ask_around(fake)
        await move_back(bot.runtime.storage)
        fake.state.blocked_words.add("food")
        await owe(bot.runtime.storage)
        await fake.wait(lambda: sent(fake))
        lines = expected(language).split("\n")[:-2]
        assert sent(fake) == ["\n".join([*lines, words("digest.filtered")])]
        fake.actor = BOB
        assert any(words("fix.filter", channel=f"<#{CHANNEL}>") in line for line in await status(fake, language))


@pytest.mark.parametrize("language", LOCALES)
async def test_digest_channel_deleted_is_named_to_managers(engine, language):
    words, gone = bot_catalogue(language), HERE + 5
    async with serving(engine) as (fake, bot, _):
        storage = bot.runtime.storage
        await storage.save(HERE, Rules(digest_channel=gone), 0)
        while not await state(storage):
            await asyncio.sleep(0.02)
        await ask_around(fake)
        await move_back(storage)
        await owe(storage)
        await fake.wait(lambda: fake.calls("POST", rf"/channels/{gone}/messages", ok=False))
        fake.actor = BOB
        assert f"- {words('fix.digest_gone', channel=f'<#{gone}>')}" in await status(fake, language)


@pytest.mark.parametrize("language", LOCALES)
async def test_status_names_what_the_digest_channel_lacks_before_anything_is_refused(engine, language):
    words, digest = bot_catalogue(language), str(HERE + 7)
    async with serving(engine) as (fake, bot, _):
        denied = {"id": GUILD, "type": 0, "allow": "0", "deny": str(SEND | THREADS)}
        made = channel(CHANNEL) | {"id": digest, "guild_id": GUILD, "permission_overwrites": [denied]}
        await fake.gateway.session().dispatch("CHANNEL_CREATE", made)
        await fake.wait(lambda: bot.get_channel(int(digest)))
        await bot.runtime.storage.save(HERE, Rules(digest_channel=int(digest)), 0)
        fake.actor = BOB
        permission = words("fix.quoted", name=words("permission.send_messages"))
        assert f"- {words('fix.missing', channel=f'<#{digest}>', permissions=permission)}" in await status(fake, language)


@pytest.mark.parametrize("language", LOCALES)
async def test_digest_switched_off_or_chosen_anew_sends_nothing_of_earlier_weeks(engine, language):
    words = bot_catalogue(language)
    async with serving(engine) as (fake, bot, _):
        storage = bot.runtime.storage
        await choose(fake, storage)
        await ask_around(fake)
        await move_back(storage)
        _, shown = await used(fake, "settings digest", locale=LOCALES[language])
        change = words("settings.change", before=f"<#{CHANNEL}>", after=words("settings.off"))
        assert shown == [f"{words('settings.changed')}\n- {words('settings.digest', value=change)}"]
        assert await state(storage) == []
        await choose(fake, storage)
        await asyncio.sleep(0.1)
        assert (await state(storage), sent(fake)) == ([(latest_week(utc_now()), 1)], [])


async def test_settings_digest_member_without_manage_guild_is_refused(engine):
    async with serving(engine) as (fake, bot, _):
        fake.actor, fake.permissions = BOB, ORDINARY
        _, shown = await used(fake, "settings digest", channel=CHANNEL)
        assert shown == [bot_catalogue("en")("settings.not_yours")]
        assert (await bot.runtime.storage.rules(HERE)).rules == Rules()


async def test_settings_digest_channel_without_permission_says_what_to_allow(engine):
    async with serving(engine) as (fake, bot, _):
        denied = {"id": GUILD, "type": 0, "allow": "0", "deny": str(SEE)}
        await fake.gateway.session().dispatch("CHANNEL_UPDATE", channel(CHANNEL) | {"permission_overwrites": [denied]})
        await fake.wait(lambda: bot.get_channel(int(CHANNEL)).overwrites)
        _, shown = await used(fake, "settings digest", channel=CHANNEL)
        assert shown[0].split("\n")[2:] == [
            f"<#{CHANNEL}>: allow my role “View Channel”, “Send Messages”, “Read Message History” "
            "(Edit Channel › Permissions).",
            bot_catalogue("en")("settings.digest_first"),
        ]


@pytest.mark.process
async def test_two_processes_with_one_database_send_one_digest(tmp_path, database):
    """Both serve the same server, as while one replaces the other."""
    async with opened(database) as storage:
        await storage.save(HERE, Rules(digest_channel=int(CHANNEL), language="en"), 0)
        assert await storage.claim_digest(HERE, latest_week(utc_now())) is None
        storage.count_question(HERE, "text", "answered")
        await move_back(storage)
        await owe(storage)
        async with discord_server(accepts=TOKEN) as fake:
            processes = []
            for name in ("one", "two"):
                folder = tmp_path / name
                folder.mkdir()
                (folder / "config.toml").write_text('[bot]\nweb = ""\n', "utf-8")
                processes.append(await launch(fake, folder, "run", REPORT_BOT_STORAGE=database))
            await fake.wait(lambda: sent(fake) and len(fake.gateway.sessions) == 2, timeout=60)
            await asyncio.sleep(1)
            for process in processes:
                process.terminate()
            await asyncio.gather(*(process.communicate() for process in processes))
            assert [process.returncode for process in processes] == [0, 0]
            assert len(sent(fake)) == 1
        assert await state(storage) == [(latest_week(utc_now()), 1)]
