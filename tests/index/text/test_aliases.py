"""Aliases are replaced as whole words, whatever their case."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.text.aliases import replace_aliases

ALIASES = {"Audrey Tang": "唐鳳", "Tang": "湯", "福特基金會": "Ford Foundation", "NDC": "國發會"}


@pytest.mark.parametrize(
    ("question", "replaced"),
    [
        ("What did Audrey Tang say?", "What did 唐鳳 say?"),
        ("audrey tang", "唐鳳"),
        ("Tangerine, Mustang or Tang", "Tangerine, Mustang or 湯"),
        ("福特基金會是誰代表？NDC呢", "Ford Foundation是誰代表？國發會呢"),
        ("唐鳳", "唐鳳"),
        ("Tang and tang", "湯 and 湯"),
        ("ﬁ Tang ß", "ﬁ Tang ß"),
        ("", ""),
    ],
)
def test_replace_aliases_replaces_whole_words(question: str, replaced: str) -> None:
    assert replace_aliases(question, ALIASES) == replaced


@given(
    st.text(st.sampled_from("aAb 唐ßİ")),
    st.dictionaries(st.sampled_from(["a", "ab", "唐"]), st.sampled_from(["a", "唐a", "x"])),
)
def test_replace_aliases_any_text_ends(question: str, aliases: dict[str, str]) -> None:
    assert isinstance(replace_aliases(question, aliases), str)
