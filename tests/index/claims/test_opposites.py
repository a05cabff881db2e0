"""Words that exclude each other."""

from index.claims.opposites import find_sides, load_opposites, load_strong_words
from index.text.normalization import fold_text


def test_load_opposites_every_word_stands_on_one_side_of_its_row() -> None:
    for opposites in load_opposites():
        sides = [set(side) for side in opposites.sides]
        assert len(set().union(*sides)) == sum(map(len, sides)), opposites.written
        assert len(sides) >= 2


def test_load_strong_words_claim_about_all_needs_a_sentence_about_all() -> None:
    needs = [
        (bool(strong.search(fold_text("所有會員"))), bool(needed.search(fold_text("會員一律"))))
        for strong, needed in load_strong_words()
    ]
    assert needs[0] == (True, True)
    assert needs[1:] == [(False, False)] * 4


def test_find_sides_longer_word_of_another_side_covers_a_shorter_one() -> None:
    (row,) = [each for each in load_opposites() if "副主席" in [word for side in each.written for word in side]]
    assert [number for number, _ in find_sides(row, fold_text("副主席致詞"))] == [0]
    assert [number for number, _ in find_sides(row, fold_text("主席與副主席"))] == [0, 1]
