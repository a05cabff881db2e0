"""What matches what, exact terms, scores against the formula, and an index on disk that cannot be read."""

import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.answering.question_constraints import missing_years
from index.errors import GenerationError
from index.retrieval.bm25_index import BM25Index
from index.text.normalization import fold_text, search_terms

TEXTS = ["開放政府", "", "公民參與 open government", "臺灣的開放政府與開放資料"]


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("ＯＧＰ　２０２１", "ogp 2021"),
        ("Gavrilița", "gavrilita"),
        ("Adrián Alcalá Méndez", "adrian alcala mendez"),
        ("Me\u0301ndez", "mendez"),
        ("臺灣", "台湾"),
        ("台灣", "台湾"),
        ("開放政府夥伴關係聯盟", "开放政府伙伴关系联盟"),
        ("Straße ﬁne İSTANBUL", "strasse fine istanbul"),
        ("™ №", "tm no"),
        ("ガギ", "ガギ"),
        ("ｶﾞ", "ガ"),
        ("ぱ", "ぱ"),
        ("발전", "발전"),
        ("", ""),
    ],
)
def test_fold_text_variants_return_normalized_text(text: str, folded: str) -> None:
    assert fold_text(text) == folded


@pytest.mark.parametrize(("one", "other"), [("ガ", "カ"), ("ぱ", "は"), ("各", "格"), ("a", "b"), ("ł", "l")])
def test_fold_text_different_characters_stay_different(one: str, other: str) -> None:
    assert fold_text(one) != fold_text(other)


@given(st.text(st.characters(max_codepoint=0x2FFF, exclude_categories=["Cs"])))
def test_fold_text_arbitrary_text_is_idempotent(text: str) -> None:
    assert fold_text(fold_text(text)) == fold_text(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("開放政府", ["开", "放", "政", "府", "开放", "放政", "政府"]),
        ("COVID-19疫情", ["covid", "19", "疫", "情", "疫情"]),
        ("公民社群 g0v 釋出 API", ["公", "民", "社", "群", "公民", "民社", "社群", "g0v", "发", "布", "发布", "api"]),
        ("數位", ["数", "字", "数字"]),
        ("数位", ["数", "字", "数字"]),
        ("数字", ["数", "字", "数字"]),
        ("4,500 項", ["4", "500", "项"]),
        ("snake_case it's", ["snake", "case", "it", "s"]),
        ("ガギ", ["ガ", "ギ", "ガギ"]),
        ("발전", ["발", "전", "발전"]),
        ("Право ไทย", ["право", "ไทย"]),
        ("𠮷野", ["𠮷", "野"]),
        ("府", ["府"]),
        ("（，。）—…!? \n", []),
        ("", []),
    ],
)
def test_search_terms_text_returns_words_cjk_characters_and_bigrams(text: str, expected: list[str]) -> None:
    assert search_terms(text) == expected


def test_bm25_index_scores_question_follows_bm25_formula() -> None:
    index = BM25Index.build(["open data", "open open government", "rivers"])
    mean = (2 + 3 + 1) / 3

    def bm25(count: int, length: int, holders: int) -> float:
        rarity = math.log(1 + (3 - holders + 0.5) / (holders + 0.5))
        return rarity * count / (count + 1.5 * (1 - 0.75 + 0.75 * length / mean))

    assert index.scores("Open?") == pytest.approx([bm25(1, 2, 2), bm25(2, 3, 2), 0])
    data = bm25(1, 2, 1)
    assert index.scores("open data") == pytest.approx([bm25(1, 2, 2) + data, bm25(2, 3, 2), 0])
    assert index.scores("data data") == pytest.approx([2 * data, 0, 0])


@pytest.mark.parametrize(
    ("question", "ranked"),
    [
        ("開放資料是什麼？", [3, 0]),
        ("开放政府", [0, 3]),
        ("ＧＯＶＥＲＮＭＥＮＴ", [2]),
        ("台湾", [3]),
        ("與", [2, 3]),
    ],
)
def test_bm25_index_scores_question_ranks_matching_texts(question: str, ranked: list[int]) -> None:
    scores = BM25Index.build(TEXTS).scores(question)
    assert (scores.shape, scores.dtype) == ((4,), np.float32)
    assert [int(n) for n in np.argsort(-scores, kind="stable") if scores[n] > 0] == ranked


@pytest.mark.parametrize("question", ["", "。", "zebra", "斑馬", "\0", "\0 \ue000"])
def test_bm25_index_scores_unknown_terms_are_zero(question: str) -> None:
    assert BM25Index.build(TEXTS).scores(question).tolist() == [0, 0, 0, 0]


def test_bm25_index_build_texts_without_terms_keep_their_position() -> None:
    index = BM25Index.build(["", "。", "open"])
    assert (index.size, np.flatnonzero(index.scores("open")).tolist()) == (3, [2])
    assert BM25Index.build(["", " "]).scores("open").tolist() == [0, 0]


def test_bm25_index_load_saved_index_returns_same_scores(tmp_path: Path) -> None:
    built = BM25Index.build(TEXTS)
    built.save(tmp_path / "lexical")
    read = BM25Index.load(tmp_path / "lexical")
    assert read.size == 4
    for question in ("開放資料", "open government", "臺灣", "zebra"):
        assert read.scores(question).tolist() == built.scores(question).tolist()


def files(folder: Path) -> list[str]:
    BM25Index.build(TEXTS).save(folder)
    return sorted(path.name for path in folder.iterdir())


def test_bm25_index_save_writes_only_arrays_and_json(tmp_path: Path) -> None:
    arrays = [f"{name}.csc.index.npy" for name in ("data", "indices", "indptr")]
    assert files(tmp_path) == [*arrays, "params.index.json", "size.json", "vocab.index.json"]
    for name in arrays:
        assert np.load(tmp_path / name, allow_pickle=False).dtype.kind in "fi"


@pytest.mark.parametrize("damage", [None, b"", b"null", b"[]", b"\xff\xfe", b"text"])
def test_bm25_index_load_damaged_file_raises_one_line_error(tmp_path: Path, damage: bytes | None) -> None:
    for number, name in enumerate(files(tmp_path / "whole")):
        folder = tmp_path / str(number)
        assert name in files(folder)
        if damage is None:
            (folder / name).unlink()
        else:
            (folder / name).write_bytes(damage)
        with pytest.raises(GenerationError) as caught:
            BM25Index.load(folder)
        assert str(caught.value).startswith(f"{folder}: keyword index cannot be read (")
        assert str(caught.value).endswith("); run: report-index build")
        assert "\n" not in str(caught.value)


class Trap:
    """What a pickled file would run if it were read as one."""

    def __init__(self, marker: Path) -> None:
        self.marker = marker

    def __reduce__(self) -> object:
        return Path.touch, (self.marker,)


def test_bm25_index_load_pickled_object_is_not_executed(tmp_path: Path) -> None:
    marker, folder = tmp_path / "executed", tmp_path / "lexical"
    files(folder)
    np.save(folder / "data.csc.index.npy", np.array([Trap(marker)], dtype=object), allow_pickle=True)
    with pytest.raises(GenerationError, match="Object arrays cannot be loaded when allow_pickle=False"):
        BM25Index.load(folder)
    assert not marker.exists()


def test_missing_years_year_in_no_text_is_returned():
    index = BM25Index.build(["於2011年由八國發起", "in 2021, 12345 people"])
    assert missing_years("2011 or 2021?", index.__contains__) == ()
    asked = "２０２３年和1999年，12345 人，第 2050123 號"
    assert missing_years(asked, index.__contains__) == ("2023", "1999")


def test_fold_text_lone_surrogate_is_removed() -> None:
    assert fold_text("A\ud800b\udc80") == "ab"
