"""What managers read in `/status`: what to fix, and how much is asked."""

from datetime import date

import pytest

from bot.locale.catalogue import bot_catalogue
from bot.monitoring.refusal_log import RefusalLog, Refused
from bot.monitoring.server_report import fixes_text, usage_blocks
from tests.bot.test_errors import forbidden

EN, ZH = bot_catalogue("en"), bot_catalogue("zh-TW")


def test_fixes_text_missing_permissions_replace_vaguer_refusals_of_the_channel():
    refused = [Refused(1, 50013, 3, 60.0), Refused(1, 200000, 1, 50.0), Refused(3, 50013, 2, 40.0)]
    assert fixes_text({1: ("view_channel", "send_messages"), 2: None}, refused, EN).split("\n") == [
        "### To fix in this server",
        "- <#1>: allow my role “View Channel”, “Send Messages” (Edit Channel › Permissions).",
        "- <#2>: the rules name a channel that is deleted or hidden from me. Allow my role “View Channel”, or clear all "
        "rules by `/settings reset`.",
        "- <#1>: AutoMod blocked my answer. In Server Settings › AutoMod, add my role to the roles that the rule allows. "
        "(1 ×, last <t:50:R>)",
        "- <#3>: I lack a permission. Allow my role “Send Messages”, “Send Messages in Threads” and “Create Public "
        "Threads”. (2 ×, last <t:40:R>)",
    ]


def test_fixes_text_nothing_to_fix_says_so():
    assert fixes_text({}, [], ZH) == "✅ 可以提問的頻道裡，我需要的權限都有。"


@pytest.mark.parametrize(
    ("words", "blocks"),
    [
        (
            EN,
            [
                "### Questions in the last 7 days · 6",
                "- 2030-05-06: 5 (answered 3 · not in the report 2)",
                "- 2030-05-05: 1 (failed 1)",
                "-# forums 4 · text channels 2",
            ],
        ),
        (
            ZH,
            [
                "### 最近 7 天的提問 · 6",
                "- 2030-05-06：5（有回答 3 · 報告沒寫 2）",
                "- 2030-05-05：1（出錯 1）",
                "-# 論壇 4 · 文字頻道 2",
            ],
        ),
    ],
)
def test_usage_blocks_lists_days_and_kinds(words, blocks):
    by_day = {date(2030, 5, 6): {"not_covered": 2, "answered": 3}, date(2030, 5, 5): {"failed": 1}}
    assert usage_blocks(by_day, {"text": 2, "forum": 4}, 7, words) == blocks


def test_usage_blocks_no_questions_is_heading_alone():
    assert usage_blocks({}, {}, 7, EN) == ["### Questions in the last 7 days · 0"]


def test_refusal_log_counts_by_channel_and_code_and_drops_the_oldest():
    times = iter(range(100))
    log = RefusalLog(capacity=3, clock=lambda: float(next(times)))
    for channel, code in ((1, 50013), (1, 50013), (2, 50001), (1, 10008), (1, 99999)):
        log.note(forbidden(code), 7, channel)
    log.note(RuntimeError("50013"), 7, 1)
    assert log.of_guild(7) == [Refused(2, 50001, 1, 2.0), Refused(1, 50013, 2, 1.0)]
    assert (log.of_guild(8), log.counts()) == ([], {50013: 2, 50001: 1})
    for channel in (3, 4):
        log.note(forbidden(), 8, channel)
    assert [entry.channel for entry in log.of_guild(7)] == [2]
