"""Discord's markdown as HTML; and that what the bot escapes shows as it was written."""

import re
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.cards.escaping import clean_text, escape_markdown
from tests.pictures.markdown import html


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("**a** *b* __c__ ~~d~~ `e`", "<p><b>a</b> <i>b</i> <u>c</u> <s>d</s> <code>e</code></p>"),
        ("# a\n### b\n-# c", "<h1>a</h1><h3>b</h3><small>c</small>"),
        ("> a\n> b\nc", "<blockquote>a<br>b</blockquote><p>c</p>"),
        ("- a\n  - b", '<div class="item depth0">a</div><div class="item depth1">b</div>'),
        ("[a](https://x.org)", "<p><a>a</a></p>"),
        ("<t:90:f> </ask:1>", '<p><span class="time">90</span> <span class="mention">/ask</span></p>'),
        (
            "<#5> <@&6> <@7>",
            '<p><span class="mention">#…</span> <span class="mention">@&amp;…</span> <span class="mention">@…</span></p>',
        ),
        (r"\*a\* \> \<b>", "<p>*a* &gt; &lt;b&gt;</p>"),
        ("<script>", "<p>&lt;script&gt;</p>"),
    ],
)
def test_html_discord_markdown_returns_expected_html(text, shown):
    assert html(text) == shown


TAGS = re.compile(r"</?(?:p|b|i|u|s|a|code|small|h[123]|blockquote|br|div|span)(?: class=\"[\w ]+\")?>")


@given(st.text(st.sampled_from("*_~`|[]()<>#-\\ab \n@&:t/1"), max_size=60))
def test_html_arbitrary_text_contains_only_known_tags(text):
    assert "<" not in TAGS.sub("", html(text))


@given(st.text(st.sampled_from("*_~`|[]()<>#-+.1\\ab @&:t/文\U0001f600"), max_size=60))
def test_escape_markdown_arbitrary_text_is_shown_literally(text):
    shown = html(escape_markdown(text))
    bare = unescape(re.sub(r"</?p>", "", shown)).replace("\xa0", "")
    assert not re.search(r"<(?!/?p>)", shown)
    assert bare.replace("\u200b", "") == clean_text(text)


def test_html_block_of_code_shows_its_lines_literally():
    assert html("**1.**\n```\n**a** <b>\n> c\n```") == "<p><b>1.</b></p><pre>**a** &lt;b&gt;\n&gt; c</pre>"
