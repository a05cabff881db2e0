"""Lists: the items below which a sentence stands, where it stands then, and which items may be quoted."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.models import Document, Paragraph, Sentence
from index.reports.passages import LONGEST_PARENT, list_parents, split_passages, split_sentences, text_in_context
from index.reports.profile import Profile
from index.reports.reader import read_document

PROFILE = Profile.model_validate({"name": "r", "title": "R", "headings": [{"pattern": "# (?P<title>.+)"}]})
BY_LEVEL = "●○■▪"


def parents(*lines: str) -> list[tuple[str, ...]]:
    """The parents of lines that are a paragraph each; one that begins with # is a heading."""
    return list_parents(read_document("\n\n".join(lines), PROFILE))


def sentences(*lines: str) -> list[Sentence]:
    document = read_document("\n\n".join(lines), PROFILE)
    return list(split_sentences(document, split_passages(document, 400)))


def test_list_parents_are_items_of_outer_bullets() -> None:
    assert parents("● Rivers", "○ Banks", "■ Willows", "■ Reeds") == [
        (),
        ("Rivers",),
        ("Rivers", "Banks"),
        ("Rivers", "Banks"),
    ]


@pytest.mark.parametrize(("last", "depth"), [("■ Reeds", 2), ("○ Beds", 1), ("● Lakes", 0), ("◆ Eels", 3)])
def test_list_parents_known_bullet_returns_to_its_level_and_new_one_is_deeper(last: str, depth: int) -> None:
    assert parents("● Rivers", "○ Banks", "■ Willows", last)[-1] == ("Rivers", "Banks", "Willows")[:depth]


def test_list_parents_after_return_are_those_of_the_new_item() -> None:
    assert parents("● Rivers", "○ Banks", "● Lakes", "○ Shores", "■ Sand")[2:] == [(), ("Lakes",), ("Lakes", "Shores")]


def test_list_parents_same_bullet_after_colon_is_deeper() -> None:
    assert parents("● 河流", "● 湖泊：", "● 湖岸", "● 湖底") == [(), (), ("湖泊：",), ("湖泊：",)]


def test_list_parents_outer_bullet_after_colon_is_deeper_and_keeps_its_last_level() -> None:
    found = parents("● Rivers", "○ Banks:", "● Willows", "● Reeds", "○ Beds")
    assert found == [(), ("Rivers",), ("Rivers", "Banks:"), ("Rivers", "Banks:"), ("Rivers",)]


@pytest.mark.parametrize("line", ["# Lakes", "Lakes are deep."])
def test_list_parents_heading_or_plain_line_ends_list(line: str) -> None:
    assert parents("● Rivers", "○ Banks", line, "○ Shores", "■ Sand")[2:] == [(), (), ("Shores",)]


def test_list_parents_heading_that_ends_with_colon_is_above_no_item() -> None:
    assert parents("# Lakes:", "● Shores", "○ Sand") == [(), (), ("Shores",)]


def test_list_parents_lead_in_is_above_all_items_of_its_list() -> None:
    assert parents("委員決議如下：", "● 清淤", "○ 五月", "● 植樹", "散會。", "● 附件") == [
        (),
        ("委員決議如下：",),
        ("委員決議如下：", "清淤"),
        ("委員決議如下：",),
        (),
        (),
    ]


def test_list_parents_lead_in_after_list_replaces_the_one_before() -> None:
    assert parents("First:", "● Rivers", "Then:", "● Lakes") == [(), ("First:",), (), ("Then:",)]


@pytest.mark.parametrize(("length", "above"), [(LONGEST_PARENT, 2), (LONGEST_PARENT + 1, 1)])
def test_list_parents_longer_item_is_left_out_but_keeps_its_level(length: int, above: int) -> None:
    item = "x" * length
    found = parents("● Rivers", f"○ {item}", "■ Sand", "○ Beds")
    assert found == [(), ("Rivers",), ("Rivers", item)[:above], ("Rivers",)]


def test_list_parents_dashes_and_asterisks_are_bullets_before_white_space() -> None:
    assert parents("- Rivers", "* Banks", "-5 degrees", "* Lakes") == [(), ("Rivers",), (), ()]


@st.composite
def outlines(draw: st.DrawFn) -> list[tuple[int, str]]:
    """Items with their levels, each at most one level below the item before."""
    items: list[tuple[int, str]] = []
    for text in draw(st.lists(st.text(st.sampled_from("ab 湖？.1●"), max_size=8).map(lambda rest: f"水{rest}".strip()))):
        deepest = min(items[-1][0] + 1, len(BY_LEVEL) - 1) if items else 0
        items.append((draw(st.integers(0, deepest)), text))
    return items


@given(outlines())
def test_list_parents_of_any_outline_are_the_enclosing_items(items: list[tuple[int, str]]) -> None:
    paragraphs: list[Paragraph] = []
    text = ""
    for level, item in items:
        line = f"{BY_LEVEL[level]} {item}"
        paragraphs.append(Paragraph(len(text), len(text) + len(line), (), is_heading=False))
        text += f"{line}\n"
    enclosing: list[str] = []
    expected = []
    for level, item in items:
        enclosing = enclosing[:level]
        expected.append(tuple(enclosing))
        enclosing.append(item)
    assert list_parents(Document("r", "R", "en", text, (), (), tuple(paragraphs))) == expected


def test_split_sentences_of_one_item_have_its_parents() -> None:
    found = sentences("# Water", "● Rivers", "○ The bank is steep. It holds.")
    assert [(each.text, each.section, each.parents) for each in found] == [
        ("# Water", ("Water",), ()),
        ("Rivers", ("Water",), ()),
        ("The bank is steep.", ("Water",), ("Rivers",)),
        ("It holds.", ("Water",), ("Rivers",)),
    ]


@pytest.mark.parametrize(
    ("lines", "quotable"),
    [
        (["● Who came?", "○ The mayor and all pilots."], [False, True]),
        (["● 誰參加？", "○ 市長與領港員。"], [False, True]),
        (["● Who came?", "● The mayor and all pilots."], [True, True]),
        (["● The mayor came.", "○ So did all pilots."], [True, True]),
        (["Who came?", "○ The mayor and all pilots."], [True, True]),
    ],
)
def test_split_sentences_questions_with_answers_below_are_not_quotable(lines: list[str], quotable: list[bool]) -> None:
    assert [each.quotable for each in sentences(*lines)] == quotable


def test_sentence_place_is_section_and_parents_without_colons() -> None:
    sentence = Sentence(0, "五月", ("水",), (1, 1), quotable=True, parents=("決議如下：", "Dredging: ", "清淤"))
    assert sentence.place == ("水", "決議如下", "Dredging", "清淤")
    assert Sentence(0, "五月", ("水",), (1, 1), quotable=True).place == ("水",)


def test_text_in_context_begins_with_section_and_parents() -> None:
    assert [text_in_context(each) for each in sentences("# Water", "Decided:", "● Rivers", "○ Dredge them.")] == [
        "Water\n# Water",
        "Water\nDecided:",
        "Water › Decided\nRivers",
        "Water › Decided › Rivers\nDredge them.",
    ]
    assert text_in_context(sentences("● Rivers")[0]) == "Rivers"
