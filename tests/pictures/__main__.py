"""Pictures of real cards and of the published report: python -m tests.pictures [DIR], by default docs/pictures"""

import asyncio
import functools
import random
import shutil
import sys
import tempfile
import threading
from dataclasses import dataclass
from datetime import date, datetime
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import discord
from discord import ui
from playwright.sync_api import Browser

from bot.cards.answer_card import AnswerContext, answer_card
from bot.cards.check_card import check_cards
from bot.cards.custom_ids import Target
from bot.cards.layout import notice_card
from bot.cards.locations import quotation_url, quoted_span
from bot.config import BotSettings
from bot.exports.citation_cards import citation_cards
from bot.forums.post_card import POST_ACTIONS
from bot.forums.posts import post_text
from bot.guilds.digest_text import digest_text
from bot.guilds.help_text import CommandList, help_cards, help_lines
from bot.guilds.welcome_cards import EXAMPLES, welcome_card
from bot.locale.catalogue import bot_catalogue
from bot.questions.pipeline import Request, card_for
from bot.questions.runtime import Runtime
from bot.storage.store import WEEK, Storage, Vote
from bot.storage.usage import Asked, ChannelKind, Outcome
from index.assembly import open_generation
from index.config import load_config
from index.engine import Engine
from index.generations.store import Store
from index.site import publisher
from index.site.digest import read_digest
from index.site.pages import PICTURE, SiteAddresses
from index.site.urls import PASSAGES, TEXT_PAGE, mark_query, passage_anchor, passage_token, passage_url
from index.text.localization import Language
from index.writing.written_head import HeadDraft
from tests.browser import chromium, confined
from tests.paraphrases import true_claims
from tests.pictures.page import page

PHONE, DESKTOP = 390, 700
PIXELS = 2  # of the screen for one of the page
MEMBER = "小安"


@dataclass(frozen=True, slots=True)
class Shot:
    """A card, what the member did for it, and how it is shown."""

    name: str
    asked: str
    card: ui.LayoutView
    width: int = PHONE
    theme: str = "dark"


def registered(language: Language) -> list[Any]:
    """Some commands, as Discord lists them for a client in a language."""
    words = bot_catalogue(language)
    return [
        SimpleNamespace(
            type=discord.AppCommandType.chat_input,
            options=[],
            default_member_permissions=None,
            mention=f"</{name}:1>",
            description=words(f"command.{name}.description"),
            description_localizations={},
        )
        for name in ("ask", "overview", "contents", "agenda", "session", "speaker", "people", "privacy", "help", "about")
    ]


def digest() -> str:
    """A weekly digest of a server in which more was asked than in the week before."""
    week, words = date(2030, 5, 6), bot_catalogue("zh-TW")
    numbers: dict[tuple[ChannelKind, Outcome], tuple[int, int]] = {
        ("text", "answered"): (31, 24),
        ("text", "related"): (6, 5),
        ("text", "not_covered"): (4, 7),
        ("forum", "answered"): (12, 3),
        ("forum", "not_covered"): (2, 0),
        ("thread", "answered"): (9, 11),
        ("thread", "refused"): (1, 0),
    }
    asked = [
        Asked(day, 1, kind, outcome, number)
        for (kind, outcome), both in numbers.items()
        for day, number in zip((week, week - WEEK), both, strict=True)
    ]
    sent = [
        ("這場高峰會花了多少錢？", "not_covered"),
        ("高峰會花了多少錢？", "not_covered"),
        ("下一屆在哪裡舉行？", "related"),
    ]
    given = datetime(2030, 5, 8)
    votes = [Vote("K7PQ2M4A", -1, verdict, "g", 1, question, None, given) for question, verdict in sent]
    return digest_text(week, asked, votes, words)


def shots(runtime: Runtime) -> list[Shot]:
    engine, screens = runtime.engine, runtime.lookup_cards

    def answer(question: str, language: Language, before: str = "", **context: Any) -> ui.LayoutView:
        shown = AnswerContext(**(context or {"threads": True}))
        return asyncio.run(card_for(runtime, Request(question, language, before=before, context=shown)))

    words, cited = bot_catalogue("zh-TW"), engine.ask("OGP 是哪一年、由哪些國家發起的？")
    links = {each.n: quotation_url(each, cited, "https://example.org/report", "zh-TW") for each in cited.citations}
    citations = citation_cards(cited.citations[:1], engine.reports, links, words)
    helped = help_lines(CommandList(registered("zh-TW")), None, discord.Locale.taiwan_chinese, words)
    examples = engine.complete_question("", "zh-TW", EXAMPLES)
    statements = "OGP 2021 年高峰會在韓國舉行，受疫情影響採線上方式辦理。公民空間的承諾事項近年來持續增加。午餐很好吃。"
    session = screens.session("貪腐、信任與開放政府", "zh-TW")
    post = post_text("閉幕式的主持人", "大家好，我在整理筆記，想知道閉幕式是誰主持的？謝謝！")
    return [
        Shot("answer", "使用了 /問報告", answer("OGP 是哪一年、由哪些國家發起的？", "zh-TW")),
        Shot("answer-en", "used /ask", answer("Who said what trustworthy AI needs?", "en"), DESKTOP, "light"),
        Shot("refusal", "使用了 /問報告", answer("這場高峰會花了多少錢？", "zh-TW")),
        Shot("follow-up", "回覆了訊息", answer("那他是哪個單位的？", "zh-TW", "閉幕式是誰主持的？"), DESKTOP, "light"),
        Shot("post", "發了一則貼文", answer(post, "zh-TW", note=words("post.note"), post_actions=POST_ACTIONS)),
        Shot("head", "使用了 /問報告", answer_with_head(engine, "公民空間為什麼越來越小？"), DESKTOP),
        Shot("check", "使用了 對照報告查證", check_cards(engine.check(statements), engine, "K7PQ2M4A", "zh-TW")[0], DESKTOP),
        Shot("citation", "按了 ❞ 複製引註", citations[0], DESKTOP, "light"),
        Shot("help", "使用了 /說明", help_cards(helped, examples, words)[0]),
        Shot("welcome", "邀請了機器人", welcome_card("開放政府社群", 1, "`/說明`", words)),
        Shot("digest", "", notice_card(digest()), DESKTOP),
        Shot("session", "使用了 /場次", screens.show(session)),
        Shot("agenda", "使用了 /議程", screens.show(Target("agenda", "", "zh-TW")), DESKTOP, "light"),
    ]


def answer_with_head(engine: Engine, question: str, lines: int = 2) -> ui.LayoutView:
    """A card with what a language model wrote above it that shortens sentences by rules."""
    answer, rng = engine.ask(question), random.Random(0)
    task = engine.writing_task(answer)
    assert task is not None
    draft = HeadDraft(task)
    for source in task.sources[:lines]:
        claim = next(true_claims(source.quote, rng))
        draft.add(engine.verify_line(task, f"{claim} [{source.n}]"))
    context = AnswerContext(threads=True, head=draft.head(finished=True))
    return answer_card(answer, engine.titles, "K7PQ2M4A", "zh-TW", context=context)


def picture_cards(browser: Browser, cards: list[Shot], to: Path) -> None:
    for shot in cards:
        context = browser.new_context(viewport={"width": shot.width, "height": 400}, device_scale_factor=PIXELS)
        tab = context.new_page()
        tab.set_content(page(shot.card.to_components(), asked=shot.asked, member=MEMBER, theme=shot.theme))
        tab.screenshot(path=to / f"{shot.name}.png", full_page=True)
        context.close()


def picture_pages(browser: Browser, settings: BotSettings, engine: Engine, to: Path) -> None:
    """The published report, with the first quotation of an answer marked, and what a chat shows of a link to it."""
    store = Store(settings.index.path, settings.index.keep)
    opened = store.load(lambda generation: open_generation(generation, settings))
    corpus = opened.artifacts.corpus
    answer = engine.ask("OGP 是哪一年、由哪些國家發起的？")
    quoted = answer.citations[0]
    passage = next(hit.passage for hit in answer.hits if hit.passage.id == quoted.passage_id)
    span = quoted_span(passage, quoted.quote)
    with tempfile.TemporaryDirectory() as folder:
        site, addresses = Path(folder) / "site", SiteAddresses("https://example.org/report", "https://example.org/invite")
        publisher.publish_site(corpus, opened.generation.manifest, site, read_digest(corpus, opened.vectors), addresses)
        handler = functools.partial(SimpleHTTPRequestHandler, directory=f"{folder}/site")
        server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        base = f"http://127.0.0.1:{server.server_address[1]}"
        passage_page = passage_url(base, passage.id, "zh-TW", span)
        report = passage_page.partition(f"/{PASSAGES}/")[0]
        text_page = f"{report}/{TEXT_PAGE}{mark_query(span)}#{passage_anchor(passage.id)}"
        shown: list[tuple[str, str, int, str]] = [
            ("report", text_page, 1200, "light"),
            ("report-start", f"{report}/index.html", 1200, "light"),
            ("report-phone", passage_page, PHONE, "dark"),
        ]
        for name, url, width, scheme in shown:
            size = {"width": width, "height": 760}
            context = browser.new_context(viewport=size, device_scale_factor=PIXELS, color_scheme=scheme)
            tab = context.new_page()
            confined(tab)
            tab.goto(url)
            tab.wait_for_timeout(300)
            tab.screenshot(path=to / f"{name}.png")
            context.close()
        server.shutdown()
        picture = site / quoted.report / PASSAGES / f"{passage_token(passage.id)}.png"
        shutil.copyfile(picture if picture.exists() else site / quoted.report / PICTURE, to / "report-preview.png")


def main() -> None:
    to = Path(sys.argv[1] if len(sys.argv) > 1 else "docs/pictures")
    to.mkdir(parents=True, exist_ok=True)
    settings = load_config(BotSettings)
    engine = Engine.load(settings)
    runtime = Runtime.start(settings, engine, asyncio.run(Storage.open("sqlite+aiosqlite:///:memory:")))
    cards = shots(runtime)
    with chromium() as browser:
        picture_cards(browser, cards, to)
        picture_pages(browser, settings, engine, to)
    runtime.workers.close()


if __name__ == "__main__":
    main()
