"""A report's folder: its profile, its text, its digest, and every way they can be wrong."""

import shutil
from pathlib import Path

import pytest

from index.config import Settings
from index.errors import CorpusError
from index.reports import profile
from index.reports.corpus import read_report
from index.reports.profile import Agenda, Heading, Labels, Layout, Profile
from tests.index.corpora import RIVERS_TEXT, SUMMIT, write

KEYS = "README.md explains each key"
GROUPS = "needs {name} or a group named people; other groups may be honorific, name, office, org, people, role, since, title"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write(tmp_path / "corpus")


def refused(folder: Path, toml: str | bytes) -> str:
    """The message for a report.toml of that content, without the file's name."""
    path = folder / "report.toml"
    path.write_bytes(toml if isinstance(toml, bytes) else toml.encode())
    with pytest.raises(CorpusError) as caught:
        profile.load_profile(folder)
    message = str(caught.value)
    assert message.startswith(f"{path}: ")
    assert "\n" not in message
    return message.removeprefix(f"{path}: ")


def refused_text(folder: Path, content: bytes) -> str:
    path = folder / "report.txt"
    path.write_bytes(content)
    with pytest.raises(CorpusError) as caught:
        profile.read_text(folder)
    return str(caught.value).removeprefix(f"{path}: ")


def test_load_profile_title_only_uses_defaults(folder: Path) -> None:
    (folder / "report.toml").write_text('title = "Rivers"', "utf-8")
    assert profile.load_profile(folder) == Profile(
        name="rivers",
        title="Rivers",
        publisher="",
        language="en",
        place="",
        time_zone=None,
        source="",
        licence="",
        url="",
        translations={},
        layout=Layout(lines="blank-line", page_break="none"),
        headings=(),
        labels=Labels(),
        agenda=None,
        kinds={},
    )


@pytest.mark.parametrize("published", ["", "2022", "2022-03", "2022-03-31"])
def test_load_profile_author_and_date_of_publication_are_read(folder: Path, published: str) -> None:
    (folder / "report.toml").write_text(f'title = "Rivers"\nauthor = "Ada Roe"\npublished = "{published}"', "utf-8")
    about = profile.load_profile(folder)
    assert (about.author, about.published) == ("Ada Roe", published)


def test_read_report_translations_are_told_in_their_language(folder: Path) -> None:
    (folder / "report.toml").write_text(
        "title = 'Rivers'\npublisher = 'River Trust'\nlicence = 'CC0'\nurl = 'https://rivers.example/r.pdf'\n"
        "[translations.zh-TW]\npublisher = ' 河川基金會 '\ntitle = '河川'\n[translations.ja]\nlicence = '自由'",
        "utf-8",
    )
    source = read_report(folder, Settings(), prefixed=False).sources[0]
    assert source.url == "https://rivers.example/r.pdf"
    assert source.translations == (
        ("ja", "licence", "自由"),
        ("zh-TW", "publisher", "河川基金會"),
        ("zh-TW", "title", "河川"),
    )
    told = [source.in_language(language) for language in ("zh-TW", "en", "ja")]
    assert [(each.title, each.publisher, each.licence) for each in told] == [
        ("河川", "河川基金會", "CC0"),
        ("Rivers", "River Trust", "CC0"),
        ("Rivers", "River Trust", "自由"),
    ]


@pytest.mark.parametrize(
    ("toml", "problem"),
    [
        ("url = 'rivers.example'", "url: string should match pattern '^(https?://[^\\s<>()]+)?$'"),
        ("url = 'javascript:alert(1)'", "url: string should match pattern '^(https?://[^\\s<>()]+)?$'"),
        ("[translations.fr]\ntitle = 'F'", "translations.fr.[key]: input should be 'zh-tw', 'en' or 'ja'"),
        (
            "[translations.en]\nplace = 'X'",
            "translations.en.place.[key]: input should be 'title', 'author', 'publisher', 'source' or 'licence'",
        ),
        ("[translations.en]\ntitle = ' '", "translations.en.title: string should have at least 1 character"),
    ],
)
def test_load_profile_wrong_url_or_translation_raises_corpus_error(folder: Path, toml: str, problem: str) -> None:
    assert refused(folder, f"title = 'Rivers'\n{toml}") == f"{problem}; {KEYS}"


@pytest.mark.parametrize("published", ["22", "2022-3", "2022-13", "2022-02-30", "2022-W01-1", "2022-03-31x", "spring"])
def test_load_profile_no_date_of_publication_raises_corpus_error(folder: Path, published: str) -> None:
    assert refused(folder, f'title = "Rivers"\npublished = "{published}"') == (
        f"published: value error, not a date such as 2022, 2022-03 or 2022-03-31; {KEYS}"
    )


def test_load_profile_unknown_time_zone_raises_corpus_error(folder: Path) -> None:
    (folder / "report.toml").write_text('title = "Rivers"\ntime_zone = "Mars/Olympus"\n')
    with pytest.raises(
        CorpusError, match=r"time_zone: value error, not a time zone of the iana database, such as asia/taipei"
    ):
        profile.load_profile(folder)


def test_load_profile_all_keys_are_read(folder: Path) -> None:
    assert profile.load_profile(folder) == Profile(
        name="rivers",
        title="Rivers Forum 2031",
        publisher="River Trust",
        language="en",
        place="Dale",
        time_zone="Europe/London",
        layout=Layout(lines="blank-line", page_break="form-feed"),
        headings=tuple(Heading(pattern=p) for p in ("# (?P<title>.+)", "## (?P<title>.+)", r"Step \d+:")),
        labels=Labels(date=("Date", "When"), moderator=("Chair",), speaker=("Speakers",)),
        agenda=Agenda(heading="Programme"),
        kinds={"workshop": "workshop"},
    )


def test_load_profile_summit_report_returns_expected_values() -> None:
    found = profile.load_profile(SUMMIT)
    assert (found.name, found.title) == ("ogp-2021-global-summit", "開放政府夥伴關係聯盟（OGP）2021 年全球峰會報告")
    assert (found.layout, len(found.headings)) == (Layout(lines="wrapped", page_break="indented"), 5)
    assert found.labels.all == ("日期", "主持人", "與談人", "講者")
    # The first that occurs counts, so their order matters.
    assert list(found.kinds)[:3] == ["峰會前", "開幕", "閉幕致詞"]


def test_load_profile_name_key_overrides_folder_name(folder: Path) -> None:
    (folder / "report.toml").write_text('name = "forum"\ntitle = "Rivers"', "utf-8-sig")
    assert profile.load_profile(folder).name == "forum"


@pytest.mark.parametrize(
    ("toml", "problem"),
    [
        ("", "title: field required"),
        ("title = ''", "title: string should have at least 1 character"),
        ("title = 'T'\ncolour = 1", "colour: unknown key"),
        ("title = 'T'\n[layout]\npage = 1", "layout.page: unknown key"),
        ("title = 'T'\n[layout]\nlines = 'x'", "layout.lines: input should be 'wrapped' or 'blank-line'"),
        ("title = 'T'\n[labels]\ndate = 'x'", "labels.date: input should be a valid tuple"),
        ("title = 'T'\n[agenda]", "agenda.heading: field required"),
        (
            "title = 'T'\n[[headings]]\npattern = 'A'\n[[headings]]\npattern = '('",
            "headings.1.pattern: value error, not a regular expression: missing ), unterminated subpattern at position 0",
        ),
        ("title = 'T'\n[titles]\nroles = 'x'", "titles.roles: input should be a valid tuple"),
        ("title = 'T'\n[[prose]]\npattern = '{name}'", "prose.0.as: field required"),
        (
            "title = 'T'\n[[prose]]\nas = 'guest'\npattern = '{name}'",
            "prose.0.as: input should be 'moderator', 'speaker' or 'takes office'",
        ),
        ("title = 'T'\n[[prose]]\nas = 'speaker'\npattern = 'by (?P<role>x)'", f"prose.0.pattern: value error, {GROUPS}"),
        ("title = 'T'\n[[prose]]\nas = 'speaker'\npattern = '{name} (?P<age>1)'", f"prose.0.pattern: value error, {GROUPS}"),
        ("title = 'T'\n[titles]\nhonorifics = ['']", "titles.honorifics.0: string should have at least 1 character"),
        (
            "title = 'T'\n[[headings]]\npattern = 'a{99999999999}'",
            "headings.0.pattern: value error, not a regular expression: the repetition number is too large",
        ),
        (
            "title = 'T'\n[[prose]]\nas = 'speaker'\npattern = '(?<={name}) spoke'",
            ": value error, prose: '(?<={name}) spoke' with a name filled in: look-behind requires fixed-width pattern",
        ),
        (
            "title = 'T'\n[[prose]]\nas = 'speaker'\npattern = '{name} and {name}'",
            "prose.0.pattern: value error, not a regular expression: "
            "redefinition of group name 'name' as group 2; was group 1 at position 20",
        ),
    ],
)
def test_load_profile_invalid_key_is_named_in_error(folder: Path, toml: str, problem: str) -> None:
    assert refused(folder, toml) == f"{problem}; {KEYS}"


@pytest.mark.parametrize(
    ("toml", "reason"),
    [
        ("[", "Invalid initial character for a key part (at end of document)"),
        (b"\xff", "'utf-8' codec can't decode byte 0xff in position 0: invalid start byte"),
    ],
)
def test_load_profile_invalid_toml_raises_with_reason(folder: Path, toml: str | bytes, reason: str) -> None:
    assert refused(folder, toml) == f"cannot be read as TOML ({reason})"


def test_load_profile_missing_file_raises_corpus_error(folder: Path) -> None:
    (folder / "report.toml").unlink()
    with pytest.raises(CorpusError, match=r"report\.toml: cannot be read as TOML \(\[Errno 2\] No such file or directory"):
        profile.load_profile(folder)


def test_read_text_byte_order_mark_is_removed(folder: Path) -> None:
    assert profile.read_text(folder) == RIVERS_TEXT
    (folder / "report.txt").write_text(RIVERS_TEXT, "utf-8-sig", newline="")
    assert profile.read_text(folder) == RIVERS_TEXT


@pytest.mark.parametrize("content", [b"", b" \r\n\x0c\n", "\u3000".encode(), b"\xef\xbb\xbf"])
def test_read_text_empty_file_raises_corpus_error(folder: Path, content: bytes) -> None:
    assert refused_text(folder, content) == "is empty; put the report's text there"


def test_read_text_invalid_utf_8_raises_with_byte_position(folder: Path) -> None:
    expected = "not UTF-8 at byte {}; convert it, for example with iconv"
    assert refused_text(folder, "開放".encode() + b"\xff") == expected.format(6)
    assert refused_text(folder, "開放政府".encode("big5")) == expected.format(0)


def test_read_text_missing_file_raises_corpus_error(folder: Path) -> None:
    path = folder / "report.txt"
    path.unlink()
    with pytest.raises(CorpusError) as caught:
        profile.read_text(folder)
    assert str(caught.value) == f"{path}: cannot be read (No such file or directory); put the report's text there"


def test_report_folders_corpus_returns_only_report_folders(folder: Path) -> None:
    corpus = folder.parent
    forum = write(corpus, "forum")
    (corpus / "notes").mkdir()
    (corpus / "report.toml").touch()
    assert profile.report_folders(corpus) == [forum, folder]


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("empty", "holds no report; add a folder with report.txt and report.toml"),
        ("missing", "is no folder; set [corpus] path to one that holds a folder for each report"),
        ("file", "is no folder; set [corpus] path to one that holds a folder for each report"),
    ],
)
def test_report_folders_corpus_without_reports_raises_corpus_error(tmp_path: Path, name: str, problem: str) -> None:
    (tmp_path / "empty" / "notes").mkdir(parents=True)
    (tmp_path / "file").touch()
    with pytest.raises(CorpusError) as caught:
        profile.report_folders(tmp_path / name)
    assert str(caught.value) == f"{tmp_path / name}: {problem}"


def test_folder_digest_unreadable_file_is_named_in_error(folder: Path) -> None:
    (folder / "notes.txt").symlink_to("/proc/self/mem")  # which cannot be read from its beginning
    with pytest.raises(CorpusError) as caught:
        profile.folder_digest(folder)
    assert str(caught.value) == f"{folder}/notes.txt: cannot be read (Input/output error); make it readable"


def test_folder_digest_any_changed_file_changes_digest(folder: Path, tmp_path: Path) -> None:
    digests = [profile.folder_digest(folder)]
    for name in ("report.txt", "report.toml"):
        path = folder / name
        path.write_bytes(path.read_bytes() + b"\n")
        digests.append(profile.folder_digest(folder))
    (folder / "questions.toml").touch()
    digests.append(profile.folder_digest(folder))
    (folder / "questions.toml").rename(folder / "glossary.toml")
    digests.append(profile.folder_digest(folder))
    assert len(set(digests)) == 5
    assert {len(digest) for digest in digests} == {64}
    copy = shutil.copytree(folder, tmp_path / "other" / "name")
    assert profile.folder_digest(copy) == digests[-1]
