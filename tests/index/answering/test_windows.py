"""Windows: the best sentences with their neighbours, no more than a reader takes."""

from hypothesis import given
from hypothesis import strategies as st

from index.answering import windows as windows_module
from index.answering.windows import estimate_tokens, select_windows
from index.models import Passage, Sentence
from index.retrieval.searcher import ScoredSentence

RAIN = "It rained for nine days, and the river rose by two metres and ten."  # about 17 tokens


def sentence(
    text: str,
    section: tuple[str, ...] = ("A", "Rain"),
    *,
    quotable: bool = True,
    passage: int = 0,
    parents: tuple[str, ...] = (),
) -> Sentence:
    return Sentence(passage, text, section, (1, 1), quotable, parents)


def scored(row: int, sentences: list[Sentence], score: float) -> ScoredSentence:
    return ScoredSentence(Passage("r:0001", "r", "", (), (1, 1), 0, 0), sentences[row], score, row)


def test_select_windows_grows_around_best_sentence_until_full() -> None:
    sentences = [sentence(f"{n} {RAIN}") for n in range(9)]
    (window,) = select_windows([scored(4, sentences, 1.5)], sentences)
    assert (window.best, window.gap, window.rows) == (4, 0.0, range(2, 7))
    assert window.window.heading == "Rain"
    assert window.window.text == " ".join(f"{n} {RAIN}" for n in range(2, 7))
    assert [window.window.text[start] for start in window.starts] == ["2", "3", "4", "5", "6"]
    assert [window.sentence_at(window.start_of(row) + 3) for row in window.rows] == [2, 3, 4, 5, 6]


def test_select_windows_stays_in_section_and_leaves_its_heading_out() -> None:
    sentences = [
        sentence("Before.", ("A",)),
        sentence("Rain", quotable=False),
        sentence("The board decided:", quotable=False),
        sentence("Dig."),
        sentence("After.", ("B",)),
    ]
    (window,) = select_windows([scored(3, sentences, 0.0)], sentences)
    assert (window.rows, window.window.text) == (range(2, 4), "The board decided: Dig.")


def test_select_windows_reads_only_passages_of_the_search() -> None:
    sentences = [sentence("One."), sentence("Two.", passage=1), sentence("Three.", passage=2)]
    windows = select_windows([scored(1, sentences, 1.0), scored(0, sentences, 0.0)], sentences)
    assert [window.rows for window in windows] == [range(2)]


def test_select_windows_joins_ideographs_without_spaces() -> None:
    sentences = [sentence("下雨了。"), sentence("河水漲了"), sentence("Rain fell.")]
    (window,) = select_windows([scored(0, sentences, 0.0)], sentences)
    assert window.window.text == "下雨了。河水漲了Rain fell."


def test_select_windows_sentence_inside_earlier_window_gets_none() -> None:
    sentences = [
        sentence("One."),
        sentence("Two."),
        sentence("Three.", ("B",)),
        sentence("Four.", ()),
        sentence("Five.", ("C",)),
    ]
    ranked = [scored(row, sentences, 1.0 - row) for row in (1, 0, 2, 3, 4)]
    windows = select_windows(ranked, sentences, limit=3)
    assert [(window.best, window.gap, window.window.heading) for window in windows] == [
        (1, 0.0, "Rain"),
        (2, -1.0, "B"),
        (3, -2.0, ""),
    ]
    assert len(select_windows(ranked, sentences, limit=1)) == 1


def test_select_windows_long_sentence_stands_alone() -> None:
    sentences = [sentence("Short."), sentence(RAIN * 9), sentence("Short.")]
    (window,) = select_windows([scored(1, sentences, 0.0)], sentences)
    assert window.rows == range(1, 2)


def test_select_windows_row_of_table_is_read_alone() -> None:
    sentences = [sentence("It rained."), sentence("Day: Monday | Rain: 4 mm"), sentence("Day: Sunday | Rain: 9 mm")]
    windows = select_windows([scored(1, sentences, 1.0), scored(2, sentences, 0.5)], sentences)
    assert [(window.rows, window.window.text) for window in windows] == [
        (range(1, 2), "Day: Monday | Rain: 4 mm"),
        (range(2, 3), "Day: Sunday | Rain: 9 mm"),
    ]


def test_select_windows_items_below_another_parent_stay_out() -> None:
    sentences = [
        sentence("Rivers rise."),
        sentence("Dig.", parents=("Rivers",)),
        sentence("Plant.", parents=("Rivers",)),
        sentence("Wait.", parents=("Rivers", "Banks")),
        sentence("Drain.", parents=("Lakes",)),
    ]
    windows = select_windows([scored(row, sentences, 1.0) for row in (2, 3, 4, 0)], sentences, limit=4)
    assert [(window.window.heading, window.window.text) for window in windows] == [
        ("Rivers", "Dig. Plant."),
        ("Rivers › Banks", "Wait."),
        ("Lakes", "Drain."),
        ("Rain", "Rivers rise."),
    ]


def test_select_windows_heading_is_last_two_parents() -> None:
    sentences = [sentence("Dig.", parents=("Decided:", "Rivers", "Banks"))]
    (window,) = select_windows([scored(0, sentences, 0.0)], sentences)
    assert window.window.heading == "Rivers › Banks"


def test_estimate_tokens_counts_ideographs_more_than_letters() -> None:
    assert estimate_tokens("開放 data") == 2 * windows_module.IDEOGRAPH_TOKENS + 5 * windows_module.CHARACTER_TOKENS


TEXTS = st.lists(st.text(st.sampled_from("ab 。.中文"), min_size=1, max_size=60), min_size=1, max_size=12)


@given(TEXTS, st.data())
def test_select_windows_any_sentences_have_their_text_at_their_start(texts: list[str], data: st.DataObject) -> None:
    sentences = [sentence(text) for text in texts]
    row = data.draw(st.integers(0, len(texts) - 1))
    (window,) = select_windows([scored(row, sentences, 0.0)], sentences)
    assert row in window.rows
    for each in window.rows:
        start = window.start_of(each)
        assert window.window.text[start : start + len(texts[each])] == texts[each]
        assert window.sentence_at(start) == each
