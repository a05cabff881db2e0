"""Sentences: where they end, which may be quoted, and that no character of a passage is lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.models import Sentence
from index.reports import passages as passages_module
from index.reports import reader
from index.reports.passages import sentence_spans, split_sentences
from index.reports.profile import Profile
from tests.index.corpora import squeeze

PROFILE = Profile.model_validate(
    {
        "name": "r",
        "title": "R",
        "layout": {"page_break": "form-feed"},
        "headings": [{"pattern": "# (?P<title>.+)"}, {"pattern": "[(（][一二三][)）]"}],
    }
)


def sentences(text: str, limit: int = 400) -> list[Sentence]:
    document = reader.read_document(text, PROFILE)
    return list(split_sentences(document, passages_module.split_passages(document, limit)))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("今天開會。明天休息。", ["今天開會。", "明天休息。"]),
        ("他說：「好。」她走了。", ["他說：「好。」", "她走了。"]),
        ("（見附件。）再議", ["（見附件。）", "再議"]),
        ("她問『可以嗎？』」然後呢？！沒有了", ["她問『可以嗎？』」", "然後呢？！", "沒有了"]),
        ("共 3.5 億元，見 www.ogp.org。完", ["共 3.5 億元，見 www.ogp.org。", "完"]),
        ("第一行\n第二行。 第三句。", ["第一行", "第二行。", "第三句。"]),
        ("• 開放資料\n• 公民參與。", ["• 開放資料", "• 公民參與。"]),
        ("It rained. We met!  Who came?", ["It rained.", "We met!", "Who came?"]),
        ("Named by the CCITT. Telenet was first.", ["Named by the CCITT.", "Telenet was first."]),
        ("1. Rain fell. 2 left.", ["1. Rain fell.", "2 left."]),
        ("第一天。\nIt rained. We met.", ["第一天。", "It rained.", "We met."]),
        ("He said “it rains.” She (too.) left", ["He said “it rains.”", "She (too.) left"]),
        ("The U.S. sent J. Doe to D.C. offices. All left.", ["The U.S. sent J. Doe to D.C. offices.", "All left."]),
        (
            "Dr. Poe and Mrs. Roe met Prof. Foe, e.g. in May. Fine.",
            ["Dr. Poe and Mrs. Roe met Prof. Foe, e.g. in May.", "Fine."],
        ),
        ("It cost 4.2 million... and more. End", ["It cost 4.2 million... and more.", "End"]),
        ("- Plant trees\n- Open the sluices.", ["- Plant trees", "- Open the sluices."]),
        ("。", ["。"]),
        ("  \n\t", []),
    ],
)
def test_sentence_spans_text_returns_expected_sentences(text: str, expected: list[str]) -> None:
    assert [text[start:end] for start, end in sentence_spans(text)] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("See No. 3 of Art. 5, Sept. 2031. Fine.", ["See No. 3 of Art. 5, Sept. 2031.", "Fine."]),
        ("Jane Roe, Ph.D., of the U.S. Coast Guard spoke.", ["Jane Roe, Ph.D., of the U.S. Coast Guard spoke."]),
        ("Approx. ten. They cost approx. 40 each. End.", ["Approx. ten.", "They cost approx. 40 each.", "End."]),
        ("是否通知引水人？ | 15%\n等候。離開。", ["是否通知引水人？ | 15%", "等候。", "離開。"]),
        ("Who? | When?", ["Who? | When?"]),
        (
            f"Who waits? | Why: {'They wait at sea. ' * 25}",
            ["Who waits? | Why: They wait at sea.", *["They wait at sea."] * 24],
        ),
    ],
)
def test_sentence_spans_abbreviations_and_rows_stay_whole(text: str, expected: list[str]) -> None:
    assert [text[start:end] for start, end in sentence_spans(text)] == expected


def test_split_passages_sentence_that_is_cut_keeps_abbreviations_with_the_next_word() -> None:
    text = f"{'the harbour and ' * 3}the No. 3 {'district and ' * 5}the U.S. Coast Guard {'and the sea ' * 5}"
    ends = [sentence.text.split()[-1] for sentence in sentences(text, limit=60)]
    assert {"No.", "U.S."} & set(ends) == set()


@pytest.mark.parametrize(
    ("line", "quotable"),
    [
        ("42", False),
        ("3 -", False),
        ("15 %", False),
        ("40 桶", False),
        ("12 月 15 日", True),
        ("40 litres", True),
        ("Jane Roe", False),
        ("Dr. Jane van der Roe", False),
        ("Jane Roe spoke", True),
        ("陳大文", False),
        ("散會", True),
        ("主席：陳大文", True),
        ("Report of the Lake", False),
        ("The lake is deep.", True),
    ],
)
def test_split_sentences_numbers_names_and_titles_are_not_quotable(line: str, quotable: bool) -> None:
    document = reader.read_document(f"開頭。\n\n{line}", PROFILE.model_copy(update={"title": "REPORT of the lake"}))
    found = list(split_sentences(document, passages_module.split_passages(document, 400)))
    assert [(sentence.text, sentence.quotable) for sentence in found] == [("開頭。", True), (line, quotable)]


@pytest.mark.parametrize(
    ("text", "quotable"),
    [
        ("請提供資料之格\n\n式資料。", False),
        ("請提供資料。\n\n式資料。", True),
        ("# 決議\n\n同意。", True),
        ("如下：\n\n同意。", True),
        ("決議\n\n照案通過。", True),
        ("The board of the\n\nharbour met.", False),
        ("The board\n\nIt met.", True),
    ],
)
def test_split_sentences_ends_of_broken_sentences_are_not_quotable(text: str, quotable: bool) -> None:
    assert sentences(text)[-1].quotable == quotable


REPORT = """\
# 會議

（一）開場

主席致詞如下：

歡迎各位。請坐，今天的議程
\f很長。

（二）結論

Steps:

散會
"""


def test_split_sentences_document_sets_section_pages_and_quotable() -> None:
    first, second = ("會議", "（一）開場"), ("會議", "（二）結論")
    assert sentences(REPORT) == [
        Sentence(0, "# 會議", ("會議",), (1, 1), quotable=False),
        Sentence(0, "（一）開場", first, (1, 1), quotable=False),
        Sentence(0, "主席致詞如下：", first, (1, 1), quotable=False),
        Sentence(0, "歡迎各位。", first, (1, 1), quotable=True),
        Sentence(0, "請坐，今天的議程很長。", first, (1, 2), quotable=True),
        Sentence(0, "（二）結論", second, (2, 2), quotable=False),
        Sentence(0, "Steps:", second, (2, 2), quotable=False),
        Sentence(0, "散會", second, (2, 2), quotable=True),
    ]


def test_split_sentences_several_passages_set_passage_number() -> None:
    found = sentences("# A\n\n" + "Rain fell today. " * 3 + "\n\n# B\n\n" + "Sun shone. " * 4, limit=60)
    assert [(sentence.passage, sentence.section) for sentence in found if not sentence.quotable] == [
        (0, ("A",)),
        (1, ("B",)),
    ]
    assert [sentence.passage for sentence in found] == [0, 0, 0, 0, 1, 1, 1, 1, 1]


TEXTS = st.text(st.sampled_from([*'。！？「」（）)(.!?”"：:- \n\f\t#一A甲乙丙abcXYZ０5\u3000\x1f']), max_size=300)


@given(TEXTS)
def test_split_sentences_arbitrary_text_covers_each_passage_verbatim(text: str) -> None:
    document = reader.read_document(text, PROFILE)
    passages = passages_module.split_passages(document, 60)
    found = list(split_sentences(document, passages))
    by_passage: dict[int, list[str]] = {}
    for sentence in found:
        by_passage.setdefault(sentence.passage, []).append(sentence.text)
    assert list(by_passage) == list(range(len(passages)))
    for number, parts in by_passage.items():
        passage = passages[number].text
        at = 0
        for part in parts:
            at = passage.index(part, at) + len(part)
        # A dash before a sentence is a bullet.
        assert squeeze("".join(parts)).replace("-", "") == squeeze(passage).replace("-", "")


@given(st.text(max_size=80))
def test_sentence_spans_arbitrary_text_loses_no_characters(text: str) -> None:
    pieces = [text[start:end] for start, end in sentence_spans(text)]
    assert all(piece == piece.strip() != "" for piece in pieces)
    assert squeeze("".join(pieces)) == squeeze(text)


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("• The lake is deep.", "The lake is deep."),
        ("■ 湖很深。", "湖很深。"),
        ("○Ann Poe", "Ann Poe"),
        ("- The lake is deep.", "The lake is deep."),
        ("-5 degrees.", "-5 degrees."),
        ("2. The lake is deep.", "2. The lake is deep."),
        ("◎ 陳大文", "陳大文"),
        ("●", "●"),
    ],
)
def test_split_sentences_bullets_are_left_out(line: str, text: str) -> None:
    document = reader.read_document(f"開頭。\n\n{line}", PROFILE)
    passages = passages_module.split_passages(document, 400)
    assert [sentence.text for sentence in split_sentences(document, passages)] == ["開頭。", text]
    assert line in passages[-1].text
