"""What becomes of links to a report, in the published site and on cards of the bot, when a new edition replaces it."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cards.custom_ids import Target, passage_key, session_token
from bot.errors import GoneError
from bot.lookup.lookup_cards import LookupCards
from index.cli import main
from index.config import Settings
from index.engine import Engine
from index.generations.artifacts import Artifacts
from index.generations.store import Store
from index.models import Scope
from index.site.publisher import publish_site
from index.site.urls import passage_url
from tests.discord.payloads import walk
from tests.index.encoders import LetterEncoder
from tests.index.tiny import HARBOUR_TEXT, OIL, OIL_QUOTE, build, settings_for, write_corpus

FOREWORD, PARTY = (
    "# Foreword\n\nThis is the second edition.\n\n",
    "## Summer party\n\nDate: 1 July 2030\n\nSpeakers: Ben Sand\n\n",
)
NEW_TEXT = FOREWORD + HARBOUR_TEXT.replace("40", "30").replace("## Autumn", f"{PARTY}## Autumn")


def read(settings: Settings, site: Path) -> tuple[Engine, set[str]]:
    """Build, and return the engine and the addresses of the passages in the published site."""
    build(settings)
    store = Store(settings.index.path, settings.index.keep)
    manifest, corpus = store.load(lambda generation: (generation.manifest, Artifacts.read(generation.path).corpus))
    publish_site(corpus, manifest, site)
    pages = (site / "harbour" / "en" / "p").glob("*.html")
    return Engine.load(settings, LetterEncoder()), {f"https://x.org/harbour/en/p/{page.name}" for page in pages}


def test_links_of_earlier_edition_lead_to_the_same_text_or_tell_that_it_is_gone(tmp_path: Path) -> None:
    write_corpus(tmp_path / "corpus")
    settings = settings_for(tmp_path)
    engine, addresses = read(settings, tmp_path / "site")
    cited, *_ = engine.ask(OIL).citations
    opened, quoted = (
        next(each for each in engine.passages(Scope()) if text in each.text) for text in ("The board decided", OIL_QUOTE)
    )
    assert cited.passage_id == quoted.id
    links = {each.id: passage_url("https://x.org", each.id, "en") for each in (opened, quoted)}
    assert set(links.values()) <= addresses

    meeting, lecture = engine.directory.sessions[:2]

    file = tmp_path / "harbour-2.txt"
    file.write_text(NEW_TEXT, "utf-8")
    arguments = ["add", str(file), "--replace", "harbour", "--yes", "--corpus", str(tmp_path / "corpus")]
    assert CliRunner().invoke(main, arguments).exit_code == 0
    engine, addresses = read(settings, tmp_path / "site")
    assert links[opened.id] in addresses
    assert links[quoted.id] not in addresses
    assert {each.id: each.text for each in engine.passages(Scope())}[opened.id] == opened.text
    cards = LookupCards(engine)
    card = cards.show(Target("passage", passage_key(opened), "en"))
    assert any("Paint the cranes green" in each.get("content", "") for each in walk(card.to_components()))
    with pytest.raises(GoneError):
        cards.show(Target("passage", passage_key(quoted, OIL_QUOTE), "en"))
    shown = cards.show(Target("session", session_token(meeting), "en")).to_components()
    assert any(meeting.title in each.get("content", "") for each in walk(shown))
    assert engine.directory.sessions[1].id == lecture.id  # by its id, it would lead to the party
    with pytest.raises(GoneError):
        cards.show(Target("session", session_token(lecture), "en"))
