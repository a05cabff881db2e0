"""What a post asks."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.forums.posts import post_text
from index.text.normalization import fold_text


@pytest.mark.parametrize(
    ("title", "text", "asked"),
    [
        ("Where was it?", "", "Where was it?"),
        ("Where was it?", "In 2021.", "Where was it?\nIn 2021."),
        ("Where was it", "where was it in 2021?", "where was it in 2021?"),
        ("會議在哪裡", "會議在哪裡？謝謝", "會議在哪裡？謝謝"),
        ("請問", "會議在哪裡？", "請問\n會議在哪裡？"),
        ("閉幕式", f"{'我在寫報告。' * 60}是誰主持的？謝謝", "閉幕式\n是誰主持的？"),
        ("Where was it?", f"{'I am writing an essay. ' * 20}When was it?", "Where was it?\nWhen was it?"),
        ("閉幕式", "我在寫報告。" * 60, "閉幕式\n" + "我在寫報告。" * 60),
    ],
)
def test_post_text_title_is_not_repeated(title, text, asked):
    assert post_text(title, text) == asked


@given(st.text(min_size=1, max_size=100), st.text(max_size=199))
def test_post_text_short_post_ends_with_the_text(title, text):
    assert post_text(title, text).endswith(text.rstrip())


@given(st.text(min_size=1), st.text())
def test_post_text_begins_with_the_title(title, text):
    assert fold_text(post_text(title, text)).startswith(fold_text(title.rstrip()))
