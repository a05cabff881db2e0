"""A server's choice of reports against the loopback Discord: made by who manages it, kept to on every way to an answer."""

from dataclasses import replace

import pytest

from bot.storage.guild_rules import EVERYWHERE, Rules
from index.claims.claim_check import CheckedStatement
from index.models import ReportInfo, Scope
from tests.bot.fakes import PLAIN, REPORT, SPOKEN, TITLE, FakeEngine, answer, expand, serving, texts
from tests.discord.payloads import APPLICATION, CHANNEL, GUILD

PING = f"<@{APPLICATION}>"
TOWER = ReportInfo(report="tower", title="The *Tower*", sha256="b" * 64)
HARBOUR = ReportInfo(report="harbour", title="The Harbour", sha256="c" * 64)
BOTH = Scope(reports=("summit", "tower"))
LINE = "Reports to search: "


@pytest.fixture
def engine():
    return FakeEngine(reports=(REPORT, TOWER, HARBOUR))


async def used(fake, command, **options):
    made = await fake.slash(command, **options)
    await fake.wait(lambda: made.answered)
    return made, texts(made.original["components"])


async def choose(fake, report, asked, **options):
    """The line of the rules that names the reports, after one of them was chosen or not."""
    _, (shown,) = await used(fake, "settings report", report=report, asked=asked, **options)
    return next((line for line in shown.split("\n") if line.startswith(f"- {LINE}")), shown)


async def offered(fake, command, typed, **options):
    made = await fake.autocomplete(command, "report", typed, **options)
    await fake.wait(lambda: made.answered)
    return [choice["value"] for choice in made.data["choices"]]


async def restrict(bot, *reports):
    storage, guild = bot.runtime.storage, int(GUILD)
    await storage.save(guild, Rules(reports=frozenset(reports)), (await storage.rules(guild)).version)


async def test_settings_report_command_chooses_by_name_or_title(engine):
    async with serving(engine) as (fake, bot, _):
        tower, both = "The \\*Tower\\*", f"{TITLE} / The \\*Tower\\*"
        assert await choose(fake, "The *Tower*", True) == f"- {LINE}all → **{tower}**"
        assert await choose(fake, "summit", True) == f"- {LINE}{tower} → **{both}**"
        assert (await bot.runtime.storage.rules(int(GUILD))).rules == Rules(reports=frozenset({"summit", "tower"}))
        assert await choose(fake, "summit", False) == f"- {LINE}{both} → **{tower}**"
        assert await choose(fake, "tower", False) == f"- {LINE}{tower} → **all**"
        assert await choose(fake, "tower", False) == f"- {LINE}all → **{TITLE} / The Harbour**"
        unknown = await choose(fake, "xyz", True)
        assert unknown.startswith("No report matches “xyz”.\nNearest: ")
        _, (shown,) = await used(fake, "settings reset")
        assert shown == f"## Changed\n- {LINE}{TITLE} / The Harbour → **all**"
        assert (await bot.runtime.storage.rules(int(GUILD))).rules == EVERYWHERE


async def test_all_question_paths_search_only_chosen_reports(engine):
    async with serving(engine, message_content=True) as (fake, bot, _):
        await restrict(bot, "summit", "tower")
        await used(fake, "settings channel", channel=CHANNEL, asking="unasked")
        answer, shown = await used(fake, "ask", question="where?", visibility="private")
        assert shown[1] == f"-# Within: {TITLE}、The \\*Tower\\*"
        message = await fake.say(f"{PING} where?", mentions_bot=True)
        (card,) = await fake.wait(lambda: fake.replies(message))
        reply = await fake.say("and when?", reply_to=card)
        await fake.wait(lambda: fake.replies(reply))
        unasked = await fake.say("where was it?")
        await fake.wait(lambda: fake.replies(unasked))
        for menu in ("Ask the report about this", "Check against the report"):
            made = await fake.menu(menu, unasked)
            await fake.wait(lambda made=made: made.answered)
        await expand(fake, answer.original)
        for label in ("More", "Try other sections", "Share"):
            made = await fake.click(answer.original, label=label)
            await fake.wait(lambda made=made: made.answered)
        assert len(engine.scopes) == 10
        assert set(engine.scopes) == {BOTH}


async def test_ask_command_report_or_session_given_overrides_chosen_reports(engine):
    async with serving(engine) as (fake, bot, _):
        await restrict(bot, "summit", "tower")
        await used(fake, "ask", question="where?", report="harbour")
        await used(fake, "ask", question="where?", session="s02")
        await used(fake, "ask", question="where?", day="2024-05-01")
        narrowed = Scope(day="2024-05-01", reports=("summit", "tower"))
        assert engine.scopes == [Scope(reports=("harbour",)), Scope(session="s02"), narrowed]


async def test_ask_command_other_places_search_all_reports(engine):
    async with serving(engine) as (fake, bot, _):
        await fake.join()
        await restrict(bot, "tower")
        for place in ("elsewhere", "dm", "outside"):
            await used(fake, "ask", question="where?", place=place)
        assert engine.scopes == [None] * 3
        _, (listed,) = await used(fake, "reports", place="elsewhere")
        assert "sked" not in listed


async def test_next_page_button_choice_changed_keeps_report_of_answer(engine):
    async with serving(engine) as (fake, bot, _):
        await restrict(bot, "tower")
        answer, _ = await used(fake, "ask", question="all?")
        await restrict(bot, "summit")
        await fake.click(answer.original, label="Next page ▶")
        await fake.wait(lambda: len(engine.scopes) == 2)
        assert engine.scopes == [Scope(reports=("tower",))] * 2


async def test_ask_command_and_check_menu_several_reports_show_titles(monkeypatch, engine):
    citations = (replace(SPOKEN, passage_id="tower:0001"), replace(PLAIN, passage_id="summit:0003"))
    monkeypatch.setattr(engine, "_answer", lambda question: answer(question, citations=citations))
    async with serving(engine) as (fake, _, _):
        _, card = await used(fake, "ask", question="where?")
        titles = ["### The \\*Tower\\*", f"### {TITLE}"]
        assert [text.split("\n")[0] for text in card if text.startswith("### ")] == titles
        monkeypatch.setattr(engine, "check", lambda text, **_: (CheckedStatement(text, "supported", None, citations[:1]),))
        checked = await fake.menu("Check against the report", await fake.say("78 countries"))
        await fake.wait(lambda: checked.answered)
        assert texts(checked.original["components"])[1].endswith(
            "\n-# 唐鳳 · The \\*Tower\\* · 貳、過程 › 一、開幕 · p. 8\n🟢 **Agrees**"
        )


async def test_ask_command_chosen_report_unpublished_is_ignored(engine):
    async with serving(engine) as (fake, bot, _):
        await restrict(bot, "tower", "gone")
        await used(fake, "ask", question="where?")
        await restrict(bot, "gone")
        await used(fake, "ask", question="where?")
        assert engine.scopes == [Scope(reports=("tower",)), None]
        _, (shown,) = await used(fake, "settings show")
        assert f"{LINE}all" in shown


async def test_reports_command_marks_asked_reports_and_autocomplete_offers_them(engine):
    async with serving(engine) as (fake, bot, _):
        _, (listed,) = await used(fake, "reports")
        assert "sked" not in listed
        await restrict(bot, "tower", "harbour")
        _, (listed,) = await used(fake, "reports", locale="zh-TW")
        here, named_only = "✅ 在這個伺服器提問時會查", "➖ 在這個伺服器只有指名才會查"
        assert [line for line in listed.split("\n") if line in (here, named_only)] == [named_only, here, here]
        assert await offered(fake, "ask", "", question="where?") == ["tower", "harbour"]
        assert await offered(fake, "ask", "", question="where?", place="dm") == ["summit", "tower", "harbour"]
        assert await offered(fake, "settings report", "harb", asked=True) == ["harbour"]
        assert await offered(fake, "settings report", "", asked=True) == ["summit", "tower", "harbour"]
