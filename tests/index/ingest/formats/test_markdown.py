"""Markdown, and what HackMD adds to it."""

import pytest

from index.ingest.converter_types import Converted, Limits
from index.ingest.formats.markdown import convert_markdown

NOTES = """\
---
title: 燈塔討論
tags: 燈塔
---

[TOC]

###### tags: `燈塔`

## 開場

:::info
時間：2031/5/3 19:00
地點：燈塔
二樓
:::

:::spoiler 附件
燃油表
:::

> 油應該先買[^a]
> [name=陳大文] [time=Sat, May 3]
> [color=red]

- [x] ==決議==：六月公布
- [ ] ++公告++ {%youtube abc %}
* 燈塔
    * [X] 漆
3. ~~油~~漆

[^a]: 燃油法第三條

```
==x== [^a]
```
"""


def test_convert_markdown_marks_of_hackmd_are_taken_for_what_they_are() -> None:
    assert convert_markdown(NOTES.encode(), Limits()) == Converted(
        "\n\n".join(
            (
                *("## 開場", "時間：2031/5/3 19:00", "地點：燈塔二樓", "附件", "燃油表"),
                *(
                    "油應該先買（陳大文） (Sat, May 3)",
                    "☑ 決議：六月公布",
                    "☐ 公告",
                    "• 燈塔",
                    "◦ ☑ 漆",
                    "3. 漆",
                    "[a] 燃油法第三條",
                    "==x== [^a]",
                ),
            )
        ),
        "燈塔討論",
        marked=True,
        dropped=(
            ("front matter", 1),
            ("place of the table of contents", 1),
            ("tags", 1),
            ("mark of a box", 4),
            ("mark of a footnote", 2),
            ("mark of highlighted text", 1),
            ("embedded page", 1),
            ("mark of inserted text", 1),
            ("struck-out text", 1),
        ),
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Oil burns\nat night.\nPaint dries.", "Oil burns at night. Paint dries."),
        ("燈塔每晚\n燃油。", "燈塔每晚燃油。"),
        ("Date: today\nPlace: here", "Date: today\n\nPlace: here"),
        ("2. Oil\n3. Paint", "2. Oil\n\n3. Paint"),
        ("| 指標 | 權重 |\n|---|---|\n| 是否？ | 15% |", "指標 | 權重\n\n指標：是否？ | 權重：15%"),
        ("a == b and c == d", "a == b and c == d"),
        ("1 + 1++", "1 + 1++"),
        (
            "- Oil\n  - Fish\n    * Cod\n      + Big\n        - Old\n- Paint",
            "• Oil\n\n◦ Fish\n\n▪ Cod\n\n‣ Big\n\n‣ Old\n\n• Paint",
        ),
        ("1. Oil\n   - Fish\n     dried\n2. Paint", "1. Oil\n\n◦ Fish dried\n\n2. Paint"),
        ("* 主席：陳大文\n* 議程\n\n  第一段", "• 主席：陳大文\n\n• 議程\n\n第一段"),
    ],
)
def test_convert_markdown_text_returns_paragraphs(text: str, expected: str) -> None:
    assert convert_markdown(text.encode(), Limits()).text == expected


def test_convert_markdown_title_is_the_heading_over_all_before_that_of_the_front_matter() -> None:
    text = "---\r\ntitle: 'Old'\r\n---\r\n# Lights\r\n\r\nOil.\r\n"
    assert convert_markdown(text.encode(), Limits()).title == "Lights"
