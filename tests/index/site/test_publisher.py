"""The published site: which files it has, and that it is written whole or not at all."""

import re
from dataclasses import replace
from html import unescape
from pathlib import Path

import pytest

from index.assembly import OpenGeneration
from index.errors import PublishError
from index.generations.manifest import Manifest
from index.models import Passage
from index.reports.corpus import Corpus
from index.site import publisher
from index.site.pages import SiteAddresses
from index.site.urls import passage_anchor, passage_token, passage_url

PAGES = ("index", "text", "agenda", "people")


@pytest.fixture
def made(opened: OpenGeneration) -> tuple[Corpus, Manifest]:
    return opened.artifacts.corpus, opened.generation.manifest


@pytest.fixture
def site(made: tuple[Corpus, Manifest], tmp_path: Path) -> Path:
    publisher.publish_site(*made, tmp_path / "site")
    return tmp_path / "site"


def texts(page: str, tag: str) -> list[str]:
    return [
        unescape(re.sub("<[^>]+>", "", found)).strip() for found in re.findall(rf"<{tag}[ >].*?</{tag}>", page, re.DOTALL)
    ]


def files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def page_names(corpus: Corpus) -> set[str]:
    """The paths of all pages, below the folders of report and language."""
    return {
        f"{report}/{language}{page}.html"
        for report in ("harbour", "tower")
        for language in ("", "en/")
        for page in (*PAGES, *(f"p/{passage_token(each.id)}" for each in corpus.passages if each.report == report))
    }


def test_publish_site_each_report_has_pages_in_both_languages(site: Path, made: tuple[Corpus, Manifest]) -> None:
    static = {"static/fold.js", "static/site.js", "static/style.css"}
    assert set(files(site)) == {publisher.MARK, "index.html", "en/index.html", *static, *page_names(made[0])}


def test_publish_site_with_address_has_a_picture_of_each_report_and_passage(full_site: Path, corpus: Corpus) -> None:
    pictures = {name for name in files(full_site) if name.endswith(".png")}
    passages = {f"{each.report}/p/{passage_token(each.id)}.png" for each in corpus.passages if each.report == "harbour"}
    # Whether the Chinese report has more than one depends on the fonts of this machine.
    assert {name for name in pictures if name.startswith("harbour")} == {"harbour/preview.png", *passages}
    assert "tower/preview.png" in pictures


def test_publish_site_report_without_sessions_has_and_links_no_agenda_and_people(
    made: tuple[Corpus, Manifest], tmp_path: Path
) -> None:
    corpus = replace(made[0], sessions=tuple(each for each in made[0].sessions if not each.id.startswith("tower")))
    publisher.publish_site(corpus, made[1], tmp_path / "site")
    assert {path.name for path in (tmp_path / "site" / "tower" / "en").glob("*.html")} == {"index.html", "text.html"}
    for path in (tmp_path / "site" / "tower").rglob("*.html"):
        assert not re.search("agenda|people", path.read_text("utf-8"))


def test_publish_site_text_page_contains_all_passages_with_anchors(site: Path, made: tuple[Corpus, Manifest]) -> None:
    page = (site / "harbour" / "text.html").read_text("utf-8")
    passages = [passage for passage in made[0].passages if passage.report == "harbour"]
    assert re.findall(r'<section class="passage" id="(\w+)"', page) == [passage_anchor(passage.id) for passage in passages]
    for passage, section in zip(passages, texts(page, "section"), strict=True):
        assert "".join(passage.text.replace("# ", "").replace("#", "").split()) in "".join(
            re.sub("[↑↓] [上下]一節", "", section).split()
        )
    assert texts(page, "h2") == ["Summary", "Meetings", "Outlook"]
    assert texts(page, "h3") == ["Spring meeting", "Autumn lecture"]
    assert re.findall(r'<span class="page"[^>]*>第 (\d+) 頁', page) == ["1", "2"]


def test_publish_site_line_offsets_match_passage_text(site: Path, made: tuple[Corpus, Manifest]) -> None:
    for report in ("harbour", "tower"):
        page = (site / report / "en" / "text.html").read_text("utf-8")
        for passage in (each for each in made[0].passages if each.report == report):
            section = re.search(rf'id="{passage_anchor(passage.id)}".*?</section>', page, re.DOTALL)
            assert section
            lines = re.findall(r'<(?:p|h\d)[^>]* data-at="(\d+)">(.*?)</', section[0])
            assert len(lines) == passage.text.count("\n") + 1
            for at, text in lines:
                assert passage.text[int(at) :].startswith(unescape(text))


@pytest.mark.parametrize("name", ["site", "full_site"])
def test_publish_site_pages_have_no_external_resources_or_inline_scripts(name: str, request: pytest.FixtureRequest) -> None:
    folder: Path = request.getfixturevalue(name)
    for path, content in files(folder).items():
        if path.endswith(".html"):
            page = content.decode()
            assert not re.findall(r"<script(?! src=\"(?:\.\./)*static/)|<style|\son\w+=|\sstyle=", page)
            assert not re.findall(r'\ssrc="(?:https?:)?//', page)
            for target in re.findall(r'(?:src|href)="([^"#?:]+)["#?]', page):
                assert ((folder / path).parent / target).resolve().is_file(), (path, target)
            for target, fragment in re.findall(r'href="([^":?]*)#([^"]+)"', page):
                linked = ((folder / path).parent / target).resolve() if target else folder / path
                assert f' id="{fragment}"' in linked.read_text("utf-8"), (path, target, fragment)


def test_publish_site_every_page_has_unique_ids(full_site: Path) -> None:
    for path in full_site.rglob("*.html"):
        ids = re.findall(r'\sid="([^"]*)"', path.read_text("utf-8"))
        assert len(ids) == len(set(ids)), path


def test_publish_site_rows_are_tables_with_heads_in_every_passage(made: tuple[Corpus, Manifest], tmp_path: Path) -> None:
    first, rest = "Fees:\nFee | Paid | Due\nFee: Entry | Paid: 40 | Due: at once", "Fee: Oil | Due: later\na | b"
    passages = [
        Passage(f"harbour:{number:04}", "harbour", text, (), (1, 1), 0, len(text))
        for number, text in enumerate((first, rest), 1)
    ]
    publisher.publish_site(replace(made[0], passages=(*passages, *made[0].passages[2:])), made[1], tmp_path / "site")
    page = (tmp_path / "site" / "harbour" / "text.html").read_text("utf-8")
    tables = ["".join(table.splitlines()) for table in re.findall("<table>(.*?)</table>", page, re.DOTALL)]
    assert tables == [
        '<thead><tr><th scope="col" data-at="6">Fee</th><th scope="col" data-at="12">Paid</th>'
        '<th scope="col" data-at="19">Due</th></tr></thead><tbody><tr><td data-at="28">Entry</td><td data-at="42">40</td>'
        '<td data-at="52">at once</td></tr></tbody>',
        '<thead><tr><th scope="col">Fee</th><th scope="col">Paid</th><th scope="col">Due</th></tr></thead>'
        '<tbody><tr><td data-at="5">Oil</td><td data-at="0"></td><td data-at="16">later</td></tr></tbody>',
    ]
    assert (first[28:33], first[42:44], rest[16:21]) == ("Entry", "40", "later")
    assert '<p data-at="22">a | b</p>' in page
    preview = (tmp_path / "site" / "harbour" / "p" / "0001.html").read_text("utf-8")
    assert '<meta name="description" content="Fees: Fee | Paid | Due Entry | 40 | at once">' in preview


def test_replace_folder_failing_move_restores_old_site(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before, staging = files(site), site.parent / "new"
    staging.mkdir()
    move = Path.replace

    def failing(self: Path, target: Path) -> Path:
        if self == staging:
            raise OSError(28, "No space left on device")
        return move(self, target)

    monkeypatch.setattr(Path, "replace", failing)
    with pytest.raises(OSError, match="No space left on device"):
        publisher.replace_folder(staging, site)
    assert files(site) == before


def test_publish_site_again_writes_same_files_and_removes_leftovers(made: tuple[Corpus, Manifest], tmp_path: Path) -> None:
    site, addresses = tmp_path / "site", SiteAddresses("https://x.org")
    publisher.publish_site(*made, site, addresses=addresses)
    before = files(site)
    (site / "left-over.html").write_text("old")
    assert publisher.publish_site(*made, site, addresses=addresses) == len(before)
    assert files(site) == before
    assert [path.name for path in site.parent.iterdir()] == ["site"]


def test_publish_site_folder_with_other_files_raises_and_changes_nothing(
    made: tuple[Corpus, Manifest], tmp_path: Path
) -> None:
    (tmp_path / "letter.txt").write_text("dear aunt")
    with pytest.raises(PublishError, match=f"{tmp_path}: holds something that is no published report"):
        publisher.publish_site(*made, tmp_path)
    for place in (tmp_path / "letter.txt" / "site", tmp_path / "letter.txt"):
        with pytest.raises(PublishError, match="cannot be written"):
            publisher.publish_site(*made, place)
    assert files(tmp_path) == {"letter.txt": b"dear aunt"}


def test_publish_site_write_error_leaves_old_site_unchanged(
    made: tuple[Corpus, Manifest], site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = files(site)

    def failing(*_: object) -> object:
        yield "index.html", "half"
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(publisher, "render_pages", failing)
    with pytest.raises(PublishError, match="No space left on device"):
        publisher.publish_site(*made, site)
    assert files(site) == before
    assert [path.name for path in site.parent.iterdir()] == ["site"]


@pytest.mark.parametrize(
    ("language", "span", "url"),
    [
        ("zh-TW", None, "https://x.org/report/my%20report/p/0007.html"),
        ("en", (3, 12), "https://x.org/report/my%20report/en/p/0007.html?mark=3-12"),
        ("ja", (3, 12), "https://x.org/report/my%20report/p/0007.html?mark=3-12"),
    ],
)
def test_passage_url_language_and_span_return_expected_url(language: str, span: tuple[int, int] | None, url: str) -> None:
    assert passage_url("https://x.org/report/", "my report:0007", language, span) == url  # type: ignore[arg-type]
