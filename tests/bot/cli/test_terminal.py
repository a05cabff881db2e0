"""Answers in a terminal: the answer in short first, and in bold where it stands."""

from dataclasses import replace

from bot.cli.terminal import render_answer
from bot.locale.catalogue import bot_catalogue
from tests.bot.fakes import PLAIN, answer


def test_render_answer_lead_is_first_line_and_bold_in_quotation() -> None:
    told = answer("幾國？", citations=(replace(PLAIN, n=1, spans=((3, 7),)),), hits=(), lead="78 國")
    text = render_answer(told, ["報告"], bot_catalogue("zh-TW"))
    assert text.plain == f"78 國\n\n[1] 共有 78 國參加。\n    參、心得 · 第 7–8 頁\n\n報告 · {told.index}\n"
    bold = [text.plain[span.start : span.end] for span in text.spans if str(span.style) == "bold"]
    assert bold == ["\n[1] ", "78 國"]


def test_render_answer_without_lead_begins_with_verdict() -> None:
    text = render_answer(answer("where?", citations=(PLAIN,), hits=()), [], bot_catalogue("en"))
    assert text.plain.startswith("The report says:\n\n[2] 共有 78 國參加。\n")


def test_render_answer_names_what_the_report_never_mentions() -> None:
    refused = replace(answer("2050?", "not_covered", ()), absent=("2050",))
    text = render_answer(refused, ["T"], bot_catalogue("en"))
    assert text.plain.split("\n")[0] == "The report does not mention 2050. I couldn't find this in the report."
