"""What every cut must keep, at several limits, on two reports and on arbitrary text."""

import re
from collections.abc import Callable, Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.config import PassageOptions
from index.models import Document, Passage
from index.reports import passages as passages_module
from index.reports import reader
from index.reports.profile import Heading, Layout, Profile
from tests.index.corpora import Report, rivers, squeeze, summit

LIMITS = (400, 300, 120, 50)
Source = Callable[[], Report]


def pages_of_summit(raw: str) -> list[int]:
    """The page of each character that is not white space, straight from the file."""
    page, previous, pages = 1, "", []
    for line in raw.split("\n"):
        page += line.startswith(" ") and previous.strip() != ""
        pages += [page] * len(squeeze(line))
        previous = line
    return pages


def pages_of_rivers(raw: str) -> list[int]:
    return [page for page, text in enumerate(raw.split("\f"), 1) for _ in squeeze(text)]


def words(text: str) -> Iterator[tuple[int, int]]:
    for word in re.finditer(r"[A-Za-z0-9À-ɏ]+(?:-[A-Za-z0-9À-ɏ]+)*", text):
        yield word.span()


def balanced_brackets(text: str) -> Iterator[tuple[int, int]]:
    """From each closing bracket back to its opening one, within the line."""
    for end, character in enumerate(text):
        depth, at = character in ")）", end
        while depth and at > 0 and text[at - 1] != "\n":
            at -= 1
            depth += (text[at] in ")）") - (text[at] in "(（")
        if character in ")）" and not depth:
            yield at, end + 1


def cut(report: Source, limit: int) -> list[Passage]:
    return passages_module.split_passages(report().document, limit)


@pytest.fixture(params=[summit, rivers], ids=["summit", "rivers"])
def report(request: pytest.FixtureRequest) -> Source:
    source: Source = request.param
    return source


@pytest.mark.parametrize("limit", LIMITS)
def test_split_passages_report_covers_whole_text_in_order(report: Source, limit: int) -> None:
    document, passages = report().document, cut(report, limit)
    assert [p.text for p in passages] == [document.text[p.start : p.end] for p in passages]
    assert "".join(squeeze(p.text) for p in passages) == squeeze(report().raw)
    edges = [edge for p in passages for edge in (p.start, p.end)]
    assert edges == sorted(edges)
    assert all(re.fullmatch(rf"{document.report}:[0-9a-f]{{10}}(?:-[0-9]+)?", passage.id) for passage in passages)
    assert len({passage.id for passage in passages}) == len(passages)
    assert {p.report for p in passages} == {document.report}
    assert [p.text for p in passages] == [p.text.strip() for p in passages]


@pytest.mark.parametrize("limit", LIMITS)
def test_split_passages_limit_bounds_maximum_and_mean_length(report: Source, limit: int) -> None:
    lengths = [len(p.text) for p in cut(report, limit)]
    assert max(lengths) <= limit
    # Two neighbours that would fit into one passage are apart only where a heading parts them.
    assert sum(lengths) / len(lengths) > limit / 3


@pytest.mark.parametrize("limit", LIMITS)
@pytest.mark.parametrize(("source", "label"), [(summit, pages_of_summit), (rivers, pages_of_rivers)])
def test_split_passages_report_pages_match_characters(source: Source, label: Callable[[str], list[int]], limit: int) -> None:
    pages, at = label(source().raw), 0
    assert len(pages) == len(squeeze(source().raw))
    for passage in cut(source, limit):
        size = len(squeeze(passage.text))
        assert passage.pages == (pages[at], pages[at + size - 1]), passage.id
        at += size
    assert at == len(pages)
    assert pages[-1] == {summit: 21, rivers: 4}[source]


@pytest.mark.parametrize("limit", LIMITS)
@pytest.mark.parametrize("solid", [words, balanced_brackets])
def test_split_passages_words_and_brackets_are_not_split(
    report: Source, solid: Callable[[str], Iterator[tuple[int, int]]], limit: int
) -> None:
    spans = [(start, end) for start, end in solid(report().document.text) if end - start < limit / 2]
    edges = {edge for p in cut(report, limit) for edge in (p.start, p.end)}
    assert len(spans) >= 4
    assert [(start, end) for start, end in spans if edges & set(range(start + 1, end))] == []


@pytest.mark.parametrize("limit", LIMITS)
def test_split_passages_section_is_deepest_common_heading(report: Source, limit: int) -> None:
    document = report().document
    for passage in cut(report, limit):
        around = [s.path for s in document.sections if s.start <= passage.start and passage.end <= s.end]
        assert passage.section == (around[-1] if around else ()), passage.id


def test_split_passages_report_has_no_heading_only_passage(report: Source) -> None:
    document = report().document
    for passage in cut(report, 400):
        inside = [p for p in document.paragraphs if p.start < passage.end and p.end > passage.start]
        assert not all(p.is_heading for p in inside), passage.text


def test_split_passages_ids_stay_with_their_text_in_another_edition() -> None:
    def ids(text: str) -> dict[str, str]:
        document = reader.read_document(text, Profile(name="r", title="R"))
        return {passage.text: passage.id for passage in passages_module.split_passages(document, 20)}

    first = ids("Oil burns.\n\nSalt is dear.\n\nShips wait.")
    assert first == {"Oil burns.": "r:0276b47a9a", "Salt is dear.": "r:f46e835012", "Ships wait.": "r:10f73f8b26"}
    second = ids("A new start.\n\nOil burns.\n\nSalt is cheap.\n\nShips wait.")
    assert {text for text in first if second.get(text) == first[text]} == {"Oil burns.", "Ships wait."}
    assert first["Salt is dear."] not in second.values()


def test_unique_tokens_repeated_text_is_numbered() -> None:
    assert passages_module.unique_tokens(["Oil", "Salt", "Oil", "Oil"]) == [
        "b048d1857d",
        "6eb75d0696",
        "b048d1857d-2",
        "b048d1857d-3",
    ]


def test_split_passages_summit_report_returns_expected_first_passages() -> None:
    found = [(p.id, p.section, p.pages, p.text[:14], p.text[-12:]) for p in cut(summit, 400)[:3]]
    assert found == [
        ("ogp-2021-global-summit:6b21e98067", ("摘要",), (1, 1), "摘 要\n開放政府夥伴關係聯盟", "個地方政府加入成為會員。"),
        ("ogp-2021-global-summit:c62cd30edb", ("摘要",), (1, 1), "OGP定期舉辦全球峰會，由來", "臺灣推動開放政府的經驗。"),
        (
            "ogp-2021-global-summit:3ec5593da7",
            ("壹、目的",),
            (2, 2),
            "壹、目的\n開放政府夥伴關係聯",
            "何克服所面臨的各項挑戰。",
        ),
    ]


def test_split_passages_rivers_report_returns_expected_passages() -> None:
    flood = "Rivers after the flood"
    found = [(p.section, p.pages, p.text[:18], p.text[-15:]) for p in cut(rivers, 400)]
    assert found == [
        ((), (1, 2), "# Summary\nThe Rive", "after the flood"),  # two sections that fit into one passage
        ((flood,), (2, 3), "# Rivers after the", "w, Lake School)"),
        ((flood, "Panel on floods"), (3, 3), "## Panel on floods", " move no water."),
        ((flood, "Panel on floods"), (3, 3), "In his view the to", "d of its money."),
        ((flood, "Evening workshop"), (3, 3), "## Evening worksho", "t was measured."),
        (("Recommendations",), (4, 4), "# Recommendations\n", "n in two years."),
    ]


def test_split_passages_sentences_within_limit_are_not_split() -> None:
    text = "# A\n\n" + "It rained, and all of us, the dogs too, got wet. The sun shone on Monday, they say. " * 4
    found = passages_module.split_passages(reader.read_document(text, MARKS), 120)
    assert [passage.text[-1] for passage in found] == ["."] * len(found)
    assert [passage.text[:3] for passage in found] == ["# A", "It ", "It ", "It "]


def test_split_passages_lead_in_stays_with_what_it_introduces() -> None:
    found = passages_module.split_passages(reader.read_document("雨。" * 20 + "\n\n結論如下：\n\n天氣很好。", MARKS), 50)
    assert [passage.text for passage in found] == ["雨。" * 20, "結論如下：\n天氣很好。"]


def test_character_limit_depends_on_script() -> None:
    assert passages_module.character_limit("開放政府夥伴關係聯盟 OGP", PassageOptions()) == 400
    assert passages_module.character_limit("The word 政府 means government.", PassageOptions()) == 900


def test_split_passages_list_number_stays_with_its_sentence() -> None:
    numbered = [p.text for p in cut(summit, 120) if re.match(r"\d+\. ?", p.text)]
    assert [text for text in numbered if len(text) < 12] == []
    assert [text[:8] for text in numbered][:5] == [
        "2. 政府與公民",
        "3. 公私協力在",
        "4. 資訊透明是",
        "5. 臺灣防疫成",
        "2.本次峰會計有",
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("中" * 120, ["中" * 50, "中" * 50, "中" * 20]),
        ("a" * 120, ["a" * 50, "a" * 50, "a" * 20]),  # no word: longer than half a passage
        ("一二三四。" * 12, ["一二三四。" * 10, "一二三四。" * 2]),
        ("「一二三。」" * 10, ["「一二三。」" * 8, "「一二三。」" * 2]),
        ("word " * 12, ["word " * 9 + "word", "word word"]),
        ("中" * 40 + "(a bracket of two)中", ["中" * 40, "(a bracket of two)中"]),
        ("中" * 40 + "（nested (brackets)）中", ["中" * 40, "（nested (brackets)）中"]),
        ("中" * 45 + "Gavrilița", ["中" * 45, "Gavrilița"]),
        ("(一二三四五六七八)" * 6, ["(一二三四五六七八)" * 5, "(一二三四五六七八)"]),  # side by side, each whole
        ("中" * 40 + "(中\n\n中)" + "文" * 40, ["中" * 40 + "(中", "中)" + "文" * 40]),  # no bracket: over a paragraph's end
        ("中" * 30 + "\ue010" + "中" * 30, ["中" * 30 + "\ue010" + "中" * 19, "中" * 11]),  # the text's own private use
        ("", []),
    ],
)
def test_split_passages_long_line_is_split_at_expected_positions(text: str, expected: list[str]) -> None:
    assert [p.text for p in passages_module.split_passages(reader.read_document(text, MARKS), 50)] == expected


MARKS = Profile(
    name="any",
    title="Any",
    headings=(Heading(pattern=r"# (?P<title>.+)"), Heading(pattern="[一二三]、"), Heading(pattern=r"\d+\.")),
)
PIECES = st.one_of(
    st.sampled_from(["\n", "\n\n", "\n ", "\f", "\r\n", " ", "  ", "\u3000", "\u2028", "\x1c"]),
    st.sampled_from(["(", ")", "（", "）", "「", "」", "。", ". ", "，", "；", "-", "'"]),
    st.sampled_from(["# A", "一、目的", "1. ", "Co-Chair", "word" * 9, "開放政府", "Gavrilița", "a" * 70, "中" * 90]),
    st.sampled_from(["\ue000", "\ue001\ue000", "\ue002", "\ue010", "\uf8ff", "\u0301", "\u3099", "\U0001f468\u200d", "\0"]),
    st.text(max_size=12),
)
LAYOUTS = st.builds(
    Layout,
    lines=st.sampled_from(["wrapped", "blank-line"]),
    page_break=st.sampled_from(["indented", "form-feed", "none"]),
)


@settings(max_examples=200)
@given(st.lists(PIECES, max_size=60).map("".join), LAYOUTS, st.integers(50, 400))
def test_split_passages_arbitrary_text_loses_no_characters(text: str, layout: Layout, limit: int) -> None:
    document: Document = reader.read_document(text, MARKS.model_copy(update={"layout": layout}))
    passages = passages_module.split_passages(document, limit)
    assert squeeze(document.text) == squeeze(text)
    assert "".join(squeeze(p.text) for p in passages) == squeeze(text)
    assert [p.text for p in passages] == [document.text[p.start : p.end] for p in passages]
    assert all(0 < len(p.text) <= limit for p in passages)
    edges = [edge for p in passages for edge in (p.start, p.end)]
    assert edges == sorted(edges)
    pages = [page for p in passages for page in p.pages]
    assert pages == sorted(pages)
    assert all(1 <= page <= len(document.page_starts) for page in pages)
