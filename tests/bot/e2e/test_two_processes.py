"""Two processes of the bot, each with a shard of its own, over one PostgreSQL and one Milvus: what one keeps the other
knows, and each answers its own servers whatever becomes of the other.
"""

import asyncio
from contextlib import asynccontextmanager

import pytest
from milvus_lite import server_manager_instance

from bot.storage.guild_rules import Rules
from bot.storage.store import Storage
from tests.bot.fakes import texts
from tests.bot.launching import FAKE, LETTERS, TOKEN, launch
from tests.discord.actions import CHANNELS
from tests.discord.payloads import GUILD, GUILDS, OTHER_GUILD
from tests.discord.state import WAIT_SECONDS
from tests.discord.world import discord_server
from tests.index.milvus import milvus
from tests.index.tiny import OIL, OIL_QUOTE, build, settings_for, write_corpus

pytestmark = pytest.mark.process
PLACES = ("guild", "elsewhere")  # each on a shard of its own
DOWN = "👎"


class Processes:
    """Processes of the bot, by the shards that they hold."""

    def __init__(self, fake, folder, database, config, program):
        self.fake, self.folder, self.database, self.config, self.program = fake, folder, database, config, program
        self.running = {}

    async def start(self, *shards):
        folder = self.folder / "-".join(map(str, shards))
        folder.mkdir(exist_ok=True)
        shared = f'{self.config}[bot]\nshard_count = 2\nshard_ids = {[*shards]}\nweb = ""\n'
        (folder / "config.toml").write_text(shared, "utf-8")
        self.running[shards] = await launch(self.fake, folder, "run", program=self.program, REPORT_BOT_STORAGE=self.database)

    async def online(self):
        """Wait until every shard is held; a process that ended instead says why."""

        def ended():
            return [process for process in self.running.values() if process.returncode is not None]

        await self.fake.wait(lambda: self.fake.gateway.online or ended(), timeout=2 * WAIT_SECONDS)
        assert not [(await process.communicate())[1].decode() for process in ended()]

    async def end(self, *shards):
        """SIGTERM; the exit status."""
        process = self.running.pop(shards)
        process.terminate()
        await process.communicate()
        return process.returncode

    async def kill(self, *shards):
        process = self.running.pop(shards)
        if process.returncode is None:
            process.kill()
        await process.communicate()
        await self.fake.wait(lambda: not self.fake.gateway.online)


@asynccontextmanager
async def two_processes(folder, database, config="", program=FAKE, **world):
    """Both start at the same moment, on a database in which there is nothing."""
    async with discord_server(accepts=TOKEN, shards=2, **world) as fake:
        processes = Processes(fake, folder, database, config, program)
        try:
            await asyncio.gather(processes.start(0), processes.start(1))
            await processes.online()
            await fake.join()
            yield fake, processes
        finally:
            await asyncio.gather(*(processes.kill(*shards) for shards in [*processes.running]))


async def used(fake, place, command, **options):
    """What a command shows, and the interaction."""
    made = await fake.slash(command, place=place, **options)
    await fake.wait(lambda: made.answered)
    return made, "\n".join(texts(made.original["components"]))


async def all_answered(fake, place, questions=20):
    asked = await asyncio.gather(*(used(fake, place, "ask", question=f"where is it? {n}") for n in range(questions)))
    return all("**The report says:**" in shown for _, shown in asked)


async def reported(fake, place, question):
    answer, _ = await used(fake, place, "ask", question=question)
    form = await fake.click(answer.original, label=DOWN, place=place)
    await fake.wait(lambda: form.ack)
    sent = await fake.submit(form, {"reason": "no"}, place=place)
    await fake.wait(lambda: sent.answered)


async def test_two_processes_identify_limit_both_connect_and_answer(tmp_path, database):
    async with two_processes(tmp_path, database, identify_seconds=5.0, real_time=True) as (fake, _):
        assert len(fake.gateway.sessions) == 2
        assert await asyncio.gather(*(all_answered(fake, place) for place in PLACES)) == [True, True]


async def test_two_processes_share_rules_votes_and_commands(tmp_path, database):
    async with two_processes(tmp_path, database) as (fake, processes):
        await asyncio.gather(
            *(used(fake, place, "settings change", per_member=rate) for place, rate in zip(PLACES, (20, 30), strict=True)),
            *(reported(fake, place, f"{place}, unknown?") for place in PLACES),
        )
        for place in PLACES:
            _, kept = await used(fake, place, "privacy")
            assert all(f"question: {each}, unknown?" in kept for each in PLACES)
            assert "## Reported questions · 1\n" in (await used(fake, place, "gaps"))[1]
        storage = await Storage.open(database)
        assert sorted(gap.question for gap in await storage.gaps()) == ["elsewhere, unknown?", "guild, unknown?"]
        rules = [(await storage.rules(int(guild))).rules for guild in (GUILD, OTHER_GUILD)]
        assert rules == [Rules(member_rate=20), Rules(member_rate=30)]
        await storage.close()
        # The commands that one told Discord of are those of the other.
        ask = next(each["id"] for each in fake.commands if each["name"] == "ask")
        for place in PLACES:
            assert f"</ask:{ask}>" in (await used(fake, place, "help"))[1]
        assert await asyncio.gather(processes.end(0), processes.end(1)) == [0, 0]
        # One takes over both shards: what was set through the other holds there too.
        await processes.start(0, 1)
        await processes.online()
        for place, rate in zip(PLACES, (20, 30), strict=True):
            assert f"Per-member limit (questions/min): {rate}" in (await used(fake, place, "settings show"))[1]
        assert "Deleted 2 entries" in (await used(fake, "guild", "privacy", action="delete"))[1]


@pytest.mark.parametrize(("dying", "left"), [(0, 1), (1, 0)])
async def test_two_processes_one_killed_other_answers_until_restart(tmp_path, database, dying, left):
    async with two_processes(tmp_path, database) as (fake, processes):
        where = {fake.gateway.session(GUILDS[CHANNELS[place]]).shard[0]: place for place in PLACES}
        await used(fake, where[dying], "settings change", language="en")
        under_way = asyncio.create_task(all_answered(fake, where[left]))
        await processes.kill(dying)
        assert await under_way
        assert await all_answered(fake, where[left])
        await reported(fake, where[left], "unknown?")
        await processes.start(dying)
        await processes.online()
        assert await asyncio.gather(*(all_answered(fake, place) for place in PLACES)) == [True, True]
        assert "Language: en" in (await used(fake, where[dying], "settings show"))[1]
        assert "question: unknown?" in (await used(fake, where[dying], "privacy"))[1]


async def test_two_processes_shared_milvus_answer_from_new_generation(tmp_path, database):
    with milvus(tmp_path) as options:
        settings = settings_for(tmp_path, milvus={"uri": served(options), "alias": options.alias})
        write_corpus(settings.corpus.path)
        first = build(settings)
        config = (
            f'[index]\npath = "{settings.index.path}"\n[reader]\nname = ""\n'
            "[passages]\nmax_characters = 120\nmax_latin_characters = 120\n"
            f'[milvus]\nuri = "{settings.milvus.uri}"\nalias = "{options.alias}"\n'
        )
        async with two_processes(tmp_path, database, config, LETTERS) as (fake, processes):
            for place in PLACES:
                assert OIL_QUOTE in (await used(fake, place, "ask", question=OIL))[1]
            await processes.kill(0)
            assert OIL_QUOTE in (await used(fake, place_of(fake, 1), "ask", question=OIL))[1]
            report = settings.corpus.path / "harbour" / "report.txt"
            report.write_text(report.read_text("utf-8").replace("40 litres", "50 litres"), "utf-8")
            assert build(settings).id != first.id
            await processes.start(0)
            await processes.online()
            newer = OIL_QUOTE.replace("40", "50")
            for place in PLACES:
                await eventually(fake, place, newer)
            assert await asyncio.gather(processes.end(0), processes.end(1)) == [0, 0]


def served(options):
    """The address at which other processes reach a Milvus of this one."""
    address = server_manager_instance.start_and_get_uri(options.uri)
    assert address.startswith(("http://127.0.0.1:", "unix:"))
    return address


def place_of(fake, shard):
    return next(place for place in PLACES if fake.gateway.session(GUILDS[CHANNELS[place]]).shard[0] == shard)


async def eventually(fake, place, quote):
    """Ask until the answer holds a quotation: a new generation is looked for every few seconds."""
    async with asyncio.timeout(2 * WAIT_SECONDS):
        while quote not in (await used(fake, place, "ask", question=OIL))[1]:
            await asyncio.sleep(0.2)
