"""Render the pages of the site: a list of the reports, and for each one start page, text, agenda, people and passages."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, partial
from importlib.resources import files
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import quote

from jinja2 import Environment, PackageLoader, StrictUndefined

from index.generations.manifest import Manifest
from index.models import ReportInfo
from index.reports.corpus import Corpus
from index.site.dates import date_text, day_text
from index.site.digest import Digest
from index.site.fonts import FontMaker, find_font, open_font
from index.site.passage_blocks import Block
from index.site.preview_cards import SIZE, CardText, draw_card, hex_colour, report_colour
from index.site.report_view import PassageView, ReportView, view_report
from index.site.urls import FOLDERS, PASSAGES, TEXT_PAGE, passage_page
from index.text.localization import Language, load_catalogue
from index.text.normalization import fold_text

STATIC = ("style.css", "site.js")
LANGUAGES: tuple[Language, ...] = ("zh-TW", "en")
HTML_LANGUAGES: dict[Language, str] = {"zh-TW": "zh-Hant-TW", "en": "en"}
OPEN_GRAPH_LOCALES: dict[Language, str] = {"zh-TW": "zh_TW", "en": "en_US"}
PICTURE = "preview.png"
# A passage's picture takes 0.1 s and 30 kB: 60 MB for this many. The passages of longer reports share that of the report.
MOST_PICTURES = 2000
DESCRIPTION = 400  # characters of a description; chats cut longer ones. A passage of ideographs has no more.


@dataclass(frozen=True, slots=True)
class SiteAddresses:
    """Where readers reach the site, for previews of links, and the bot, for questions. Empty for none."""

    site: str = ""
    ask: str = ""


@dataclass(frozen=True, slots=True)
class Preview:
    """What a chat shows beside a link to a page: title, description and the path of a picture, or an empty text."""

    title: str
    description: str
    picture: str = ""


@dataclass(frozen=True, slots=True)
class Renderer:
    """Renders templates for one language.

    :param reports: Of the generation.
    """

    language: Language
    addresses: SiteAddresses
    generation: str
    reports: tuple[ReportInfo, ...]

    @property
    def words(self) -> SimpleNamespace:
        """The texts of the site."""
        return load_words(self.language)

    def page(self, template: str, folder: str, name: str, preview: Preview, **values: Any) -> tuple[str, str]:
        """Return the path and text of a page.

        :param folder: That of the report, with a slash at its end, or empty for pages of the site.
        :param name: Path of the page below the folder of its report and language.
        """
        path, other = (f"{folder}{FOLDERS[language]}{name}" for language in (self.language, *self._others()))
        root, site = "../" * path.count("/"), self.addresses.site.rstrip("/")
        urls = {language: f"{site}/{quote(f'{folder}{FOLDERS[language]}{name}')}" for language in LANGUAGES} if site else {}
        text = (
            template_environment()
            .get_template(f"{template}.html")
            .render(
                words=self.words,
                language=self.language,
                html_language=HTML_LANGUAGES[self.language],
                locale=OPEN_GRAPH_LOCALES[self.language],
                generation=self.generation,
                root=root,
                home="../" * name.count("/"),
                other=root + quote(other),
                urls={HTML_LANGUAGES[language]: url for language, url in urls.items()},
                url=urls.get(self.language, ""),
                picture=f"{site}/{quote(preview.picture)}" if site and preview.picture else "",
                picture_size=SIZE,
                preview=preview,
                ask_url=self.addresses.ask,
                several=len(self.reports) > 1,
                date_text=partial(date_text, words=self.words),
                day_text=partial(day_text, words=self.words),
                **values,
            )
        )
        return path, text

    def _others(self) -> list[Language]:
        return [language for language in LANGUAGES if language != self.language]


def render_pages(
    corpus: Corpus, manifest: Manifest, digest: Digest, addresses: SiteAddresses, font: Path | None
) -> Iterator[tuple[str, str | bytes]]:
    """Yield the path and content of every file of the site.

    :param font: Font file for the words in pictures; by default one of this machine.
    :raises PublishError: If the font cannot be read.
    """
    for name in STATIC:
        yield f"static/{name}", (files("index.site") / "static" / name).read_text("utf-8")
    yield "static/fold.js", folding_table(passage.text for passage in corpus.passages)
    pictures = dict[str, Pictures]()
    if addresses.site:
        make_font = open_font(font) if font else find_font("".join(passage.text for passage in corpus.passages))
        pictures = {source.report: Pictures(source, make_font) for source in manifest.corpus}
    for language in LANGUAGES:
        renderer = Renderer(language, addresses, manifest.id, manifest.corpus)
        views = [view_report(corpus, source, digest, language) for source in manifest.corpus]
        preview = Preview(renderer.words.reports, renderer.words.between.join(view.source.title for view in views))
        yield renderer.page("reports", "", "index.html", shortened(preview), reports=views, source=None)
        for view in views:
            yield from report_pages(renderer, view, pictures.get(view.source.report))
            if language == LANGUAGES[0] and view.source.report in pictures:
                yield from pictures[view.source.report].draw(view)


@dataclass(frozen=True, slots=True)
class Pictures:
    """The pictures of one report.

    :param make_font: None if no font has the characters of the report: it then has one picture, without words.
    """

    source: ReportInfo
    make_font: FontMaker | None

    def path(self, view: ReportView, block: Block | None = None) -> str:
        """Return the path of the picture of a passage, or of the report."""
        of_passage = block and self.make_font and len(view.blocks) <= MOST_PICTURES
        return f"{self.source.report}/{f'{PASSAGES}/{block.token}.png' if block and of_passage else PICTURE}"

    def draw(self, view: ReportView) -> Iterator[tuple[str, bytes]]:
        """Yield the path and content of each picture, in the language of the report."""
        colour, words = report_colour(self.source.report), load_words("en" if view.language == "en" else "zh-TW")
        yield self.path(view), draw_card(CardText("", self.source.title, byline(self.source, words)), self.make_font, colour)
        for block in view.blocks:
            if (path := self.path(view, block)) != self.path(view):
                below = words.between.join(filter(None, (self.source.title, pages_text(block.pages, words))))
                text = CardText("".join(block.section[-1:]), block.text, below)
                yield path, draw_card(text, self.make_font, colour)


def report_pages(renderer: Renderer, view: ReportView, pictures: Pictures | None) -> Iterator[tuple[str, str]]:
    """Yield the path and text of every page of a report in a language."""
    words, title = renderer.words, view.source.title
    names = ["index.html", TEXT_PAGE, *(["agenda.html"] if view.days else []), *(["people.html"] if view.people else [])]
    picture = pictures.path(view) if pictures else ""
    render = partial(
        renderer.page,
        folder=f"{view.source.report}/",
        view=view,
        source=view.source,
        names=names,
        colour=hex_colour(report_colour(view.source.report)),
    )
    first = " ".join(quote.reading or quote.text for quote in view.summary[:1]) or byline(view.source, words) or title
    days = words.between.join(date_text(day.date, words) for day in view.days if day.date)
    described = {
        "index": Preview(title, first, picture),
        "text": Preview(f"{words.text} · {title}", first, picture),
        "agenda": Preview(f"{words.agenda} · {title}", days or title, picture),
        "people": Preview(f"{words.people} · {title}", words.between.join(p.person.name for p in view.people), picture),
    }
    for name in names:
        template = name.removesuffix(".html")
        yield render(template, name=name, preview=shortened(described[template]), page=name)
    for passage in view.passages():
        block = passage.block
        preview = passage_preview(passage, view, words, pictures.path(view, block) if pictures else "")
        yield render("passage", name=passage_page(block.token), preview=preview, page="", passage=passage, block=block)


def passage_preview(passage: PassageView, view: ReportView, words: SimpleNamespace, picture: str) -> Preview:
    """Return the preview of a passage: its section, place and text, or its reading in the reader's language."""
    block = passage.block
    place = words.between.join(filter(None, (view.source.title, pages_text(block.pages, words))))
    text = f"{words.unofficial}: {block.readings}" if block.readings else block.text
    return shortened(Preview(words.between.join((*block.section[-1:], place)), text, picture))


def byline(source: ReportInfo, words: SimpleNamespace) -> str:
    """Return who published a report, and when; empty if neither is known."""
    published = date_text(source.published, words) if source.published else ""
    return str(words.between.join(filter(None, (source.author or source.publisher, published))))


def pages_text(pages: tuple[int, int], words: SimpleNamespace) -> str:
    """Return pages for readers; empty for a report without pages."""
    first, last = pages
    if not first:
        return ""
    return str(words.page.format(page=first) if first == last else words.pages.format(first=first, last=last))


def shortened(preview: Preview) -> Preview:
    """Return a preview with a description of one line, of limited length."""
    text = " ".join(preview.description.split())
    return Preview(
        preview.title, text if len(text) <= DESCRIPTION else f"{text[: DESCRIPTION - 1].rstrip()}…", preview.picture
    )


def folding_table(texts: Any) -> str:
    """Return a script with the character map by which the search folds query and text, as the index does."""
    characters = sorted(set("".join(texts)))
    folded = {character: fold_text(character) for character in characters if len(fold_text(character)) == 1}
    changed = {character: to for character, to in folded.items() if to != character}
    return f"window.FOLD = {json.dumps(changed, ensure_ascii=False, sort_keys=True)};\n"


@cache
def load_words(language: Language) -> SimpleNamespace:
    """Return the site's user-visible texts in a language, as attributes.

    Attributes, because a template would resolve a key such as `keys` to the method of a dict.
    """
    return SimpleNamespace(**load_catalogue("index.site", language).texts)


@cache
def template_environment() -> Environment:
    """Return the cached template environment. Values are escaped."""
    environment = Environment(
        loader=PackageLoader("index.site", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["pages"] = pages_text
    return environment
