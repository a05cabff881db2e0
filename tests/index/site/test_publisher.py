"""The published report: what its pages hold, and that it is written whole or not at all."""

import re
from dataclasses import replace
from html import unescape
from pathlib import Path

import pytest

from index.config import Settings
from index.errors import PublishError
from index.generations.artifacts import Artifacts
from index.generations.manifest import Manifest
from index.generations.store import Store
from index.models import Passage
from index.reports.corpus import Corpus
from index.site import publisher
from index.site.urls import passage_anchor, passage_url


@pytest.fixture
def made(built: Settings) -> tuple[Corpus, Manifest]:
    return Store(built.index.path, 3).load(lambda generation: (Artifacts.read(generation.path).corpus, generation.manifest))


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


def test_publish_site_each_report_has_pages_in_both_languages(site: Path) -> None:
    pages = [
        f"{report}/{language}{page}.html"
        for report in ("harbour", "tower")
        for language in ("", "en/")
        for page in publisher.PAGES
    ]
    static = ["static/fold.js", "static/site.js", "static/style.css"]
    assert set(files(site)) == {publisher.MARK, "index.html", "en/index.html", *static, *pages}


def test_publish_site_report_page_contains_all_passages_with_anchors(site: Path, made: tuple[Corpus, Manifest]) -> None:
    page = (site / "harbour" / "index.html").read_text("utf-8")
    passages = [passage for passage in made[0].passages if passage.report == "harbour"]
    assert re.findall(r'<section class="passage" id="(\w+)"', page) == [passage_anchor(passage.id) for passage in passages]
    shown = texts(page, "section")
    for passage, section in zip(passages, shown, strict=True):
        assert "".join(passage.text.split()) in "".join(section.split())
    assert texts(page, "h2") == ["# Summary", "# Meetings", "# Outlook"]
    assert texts(page, "h3") == ["## Spring meeting", "## Autumn lecture"]
    assert re.findall(r'<span class="page">第 (\d+) 頁', page) == ["1", "2"]


def test_publish_site_line_offsets_match_passage_text(site: Path, made: tuple[Corpus, Manifest]) -> None:
    page = (site / "tower" / "en" / "index.html").read_text("utf-8")
    for passage in (each for each in made[0].passages if each.report == "tower"):
        section = re.search(rf'id="{passage_anchor(passage.id)}".*?</section>', page, re.DOTALL)
        assert section
        for at, text in re.findall(r'<(?:p|h\d) data-at="(\d+)">(.*?)</', section[0]):
            assert passage.text[int(at) :].startswith(unescape(text))


def test_publish_site_agenda_and_people_have_own_pages(site: Path) -> None:
    agenda = (site / "harbour" / "agenda.html").read_text("utf-8")
    assert texts(agenda, "h2") == ["Spring meeting", "Autumn lecture"]
    assert texts(agenda, "time") == ["2030-03-03", "2030-10-09"]
    people = (site / "harbour" / "en" / "people.html").read_text("utf-8")
    assert texts(people, "strong") == ["Ada Quill", "Ben Sand", "Cora Tide", "Dora Wick"]
    assert 'href="agenda.html#harbour-s02"' in people


def test_publish_site_pages_have_no_external_links_or_inline_scripts(site: Path) -> None:
    for name, content in files(site).items():
        if name.endswith(".html"):
            page = content.decode()
            assert not re.findall(r'(?:src|href)="(?:https?:)?//', page)
            assert not re.findall(r"<script(?! src=)|<style|\son\w+=|\sstyle=", page)
            for target in re.findall(r'(?:src|href)="([^"#?:]+)["#?]', page):
                assert ((site / name).parent / target).resolve().is_file(), (name, target)


def test_publish_site_html_in_passage_is_escaped(made: tuple[Corpus, Manifest], tmp_path: Path) -> None:
    evil = Passage("harbour:0001", "harbour", '<script>alert(1)</script> & "x"', ("<b>",), (1, 1), 0, 30)
    publisher.publish_site(replace(made[0], passages=(evil, *made[0].passages[1:])), made[1], tmp_path / "site")
    page = (tmp_path / "site" / "harbour" / "index.html").read_text("utf-8")
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; &#34;x&#34;" in page


def test_publish_site_rows_are_tables_with_heads_in_every_passage(made: tuple[Corpus, Manifest], tmp_path: Path) -> None:
    first, rest = "Fees:\nFee | Paid | Due\nFee: Entry | Paid: 40 | Due: at once", "Fee: Oil | Due: later\na | b"
    passages = [
        Passage(f"harbour:{number:04}", "harbour", text, (), (1, 1), 0, len(text))
        for number, text in enumerate((first, rest), 1)
    ]
    publisher.publish_site(replace(made[0], passages=(*passages, *made[0].passages[2:])), made[1], tmp_path / "site")
    page = (tmp_path / "site" / "harbour" / "index.html").read_text("utf-8")
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


def test_publish_site_english_page_has_search_key_hint(site: Path) -> None:
    page = (site / "harbour" / "en" / "index.html").read_text("utf-8")
    assert 'title="Press / to search, Esc to leave"' in page


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


def test_publish_site_again_writes_same_files_and_removes_leftovers(made: tuple[Corpus, Manifest], site: Path) -> None:
    before = files(site)
    (site / "left-over.html").write_text("old")
    assert publisher.publish_site(*made, site) == len(before)
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
        ("zh-TW", None, "https://x.org/report/my%20report/#p0007"),
        ("en", (3, 12), "https://x.org/report/my%20report/en/?mark=3-12#p0007"),
        ("ja", (3, 12), "https://x.org/report/my%20report/?mark=3-12#p0007"),
    ],
)
def test_passage_url_language_and_span_return_expected_url(language: str, span: tuple[int, int] | None, url: str) -> None:
    assert passage_url("https://x.org/report/", "my report:0007", language, span) == url  # type: ignore[arg-type]
