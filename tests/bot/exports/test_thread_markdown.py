"""A thread's answers as Markdown, from the texts that cards show on Discord."""

from bot.exports.thread_markdown import plain_markdown, thread_markdown
from bot.locale.catalogue import bot_catalogue
from index.models import ReportInfo

EN = bot_catalogue("en")
RIVERS = ReportInfo("rivers", "Rivers", "a" * 64, publisher="River Trust")
CARD = [
    "-# Question: and *when*?",
    "-# I understood: When was the \\*flood\\*?",
    "-# Within: Day 1",
    "**In March.**",
    "### Rivers\n> **1.** It rose **in March**.\n-# Unofficial English: it rose\n-# Ada Poe · p. 8",
    "> **2.** It fell.\n-# p. 9",
    "Nearest sections:",
    "-# Rivers · reference ABCDEFGH",
]


def test_thread_markdown_shows_understood_question_answer_and_quotations():
    assert thread_markdown("Report: #1", [CARD], [RIVERS], EN) == (
        "# Report: #1\n\n"
        "## When was the \\*flood\\*?\n\n"
        "**In March.**\n\n"
        "### Rivers\n> **1.** It rose **in March**.\n>\n> Unofficial English: it rose\n>\n> Ada Poe · p. 8\n\n"
        "> **2.** It fell.\n>\n> p. 9\n\n"
        "## Sources\n\n- River Trust. (n.d.). Rivers.\n"
    )


def test_plain_markdown_quotation_without_small_text_is_unchanged():
    assert plain_markdown("> **1.** It rose.\n> It fell.") == "> **1.** It rose.\n> It fell."
