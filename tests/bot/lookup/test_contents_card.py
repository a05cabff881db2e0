"""The card of a report's outline."""

from types import SimpleNamespace

from bot.cards.custom_ids import Target, passage_key, section_token
from bot.lookup.contents_card import contents_card
from tests.bot.fakes import TITLE, passage, texts

PASSAGES = tuple(
    passage(n, section)
    for n, section in enumerate(
        [(), ("壹、*目的*",), ("貳、過程", "一、開幕"), ("貳、過程", "一、開幕", "(一)致詞"), ("貳、過程", "二、閉幕")], 1
    )
)


def shown(path: tuple[str, ...] = (), passages=PASSAGES):
    engine = SimpleNamespace(passages=lambda _: passages, titles=(TITLE,))
    (container,) = contents_card(Target("contents", "", "zh-TW"), path, engine).to_components()
    menus = [item for row in container["components"] if row["type"] == 1 for item in row["components"]]
    return texts([container]), [(option["label"], option["value"]) for menu in menus for option in menu.get("options", ())]


def test_contents_card_whole_report_lists_two_levels_and_opens_chapters():
    assert shown() == (
        [
            "## 目錄",
            "- 壹、\\*目的\\* · 第 2 頁\n- 貳、過程 · 第 3 頁\n  - 一、開幕 · 第 3 頁\n  - 二、閉幕 · 第 5 頁",
            f"-# {TITLE}",
        ],
        [
            ("壹、*目的*", f"passage:{passage_key(PASSAGES[1])}"),
            ("貳、過程", f"contents:{section_token(('貳、過程',))}"),
        ],
    )


def test_contents_card_chapter_lists_its_sections():
    lines, choices = shown(("貳、過程",))
    assert lines[:2] == ["### 貳、過程", "- 一、開幕 · 第 3 頁\n  - (一)致詞 · 第 4 頁\n- 二、閉幕 · 第 5 頁"]
    assert choices == [
        ("一、開幕", f"contents:{section_token(('貳、過程', '一、開幕'))}"),
        ("二、閉幕", f"passage:{passage_key(PASSAGES[4])}"),
    ]


def test_contents_card_without_headings_says_so():
    assert shown(passages=PASSAGES[:1]) == (["## 目錄", "報告沒有章節標題。", f"-# {TITLE}"], [])


def test_contents_card_500_chapters_pages_and_opens_the_first_75():
    lines, choices = shown(passages=tuple(passage(n, (f"第 {n} 章 " + "題" * 40,)) for n in range(1, 501)))
    assert lines[-1].startswith("-# 第 1／")
    assert len(choices) == 75
