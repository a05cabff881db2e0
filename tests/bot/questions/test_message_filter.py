"""Which messages are answered, and with what."""

import pytest

from bot.delivery.seen_ids import SeenIds
from bot.questions.message_filter import Hint, IncomingMessage, Question, Thanks, classify_message, names_bot

US = 1300000000000000001
HOW_TO, UNREADABLE = Hint("ask.how_to"), Hint("ask.unreadable")


def heard(content, *, direct=False, mentions_us=False, replies_to_us=False, quoted="", **following):
    return IncomingMessage(content, direct, mentions_us, replies_to_us, quoted, **following)


@pytest.mark.parametrize(
    ("message", "decision"),
    [
        (heard("hello all"), None),
        (heard("", quoted="x"), None),
        (heard(f"<@{US}> where? "), None),
        (heard(f"<@{US}> where? ", mentions_us=True), Question("where?")),
        (heard(f"where <@!{US}>?", mentions_us=True), Question("where  ?")),
        (heard("<@5> where?", mentions_us=True), Question("<@5> where?")),
        (heard("where?", direct=True), Question("where?")),
        (heard("where?", replies_to_us=True), Question("where?")),
        (heard(f"<@{US}>", mentions_us=True), HOW_TO),
        (heard(f"<@{US}>", mentions_us=True, quoted="where?"), Question("where?")),
        (heard(f"<@{US}>", mentions_us=True, quoted=f"<@{US}> where?"), Question("where?")),
        (heard(f"<@{US}> when?", mentions_us=True, quoted=f"<@{US}> where?"), Question("when?", "where?")),
        (heard("when?", replies_to_us=True, before="where?"), Question("when?", "where?")),
        (heard("when?", follows=True, before="where?"), Question("when?", "where?")),
        (heard("", follows=True, before="where?"), None),
        (heard("", follows=True, replies_to_us=True), None),
        (heard(f"<@{US}>", follows=True, mentions_us=True), HOW_TO),
        (heard("", direct=True), HOW_TO),
        (heard("", direct=True, replies_to_us=True), HOW_TO),
        (heard("", replies_to_us=True), HOW_TO),
        (heard("", replies_to_us=True, hidden=True), UNREADABLE),
        (heard("", mentions_us=True, hidden=True), UNREADABLE),
        (heard("", direct=True, quoted="where?"), Question("where?")),
        (heard("https://a.example/b", direct=True, quoted="where?"), Question("where?")),
        (heard("https://a.example/b", follows=True), None),
        (heard("this one", direct=True, quoted="where?"), Question("this one", "where?")),
        (heard("thanks!", direct=True), Thanks()),
        (heard(f"<@{US}> 謝謝", mentions_us=True), Thanks()),
        (heard("謝謝", follows=True), Thanks()),
        (heard("謝謝", unasked=True), None),
        (heard("thanks! when?", direct=True), Question("thanks! when?")),
        (heard("haha", follows=True), None),
        (heard("haha", direct=True), Question("haha")),
        (heard("when?", follows=True, to_others=True), None),
        (heard("when?", dedicated=True, to_others=True), None),
        (heard("when?", unasked=True, to_others=True), None),
        (heard("when?", follows=True, to_others=True, mentions_us=True), Question("when?")),
        (heard("the opening", dedicated=True), Question("the opening")),
        (heard("the opening", unasked=True), None),
        (heard("有人知道在哪裡嗎 謝謝", unasked=True), Question("有人知道在哪裡嗎 謝謝", unasked=True)),
        (heard("", dedicated=True), None),
        (heard("when?\nI forgot.", starts_post=True), Question("when?\nI forgot.", unasked=True)),
        (heard("the opening\nwhen was it", starts_post=True), Question("the opening\nwhen was it", unasked=True)),
        (heard("自我介紹\n大家好，我是小明。", starts_post=True), None),
        (heard("the opening", starts_post=True, dedicated=True), None),
        (heard("when?", starts_post=True, dedicated=True), Question("when?", unasked=True)),
        (heard("when?", starts_post=True, to_others=True), None),
        (heard("謝謝", starts_post=True), None),
        (heard("hello", starts_post=True), None),
        (heard("😀", starts_post=True), None),
        (heard(f"the opening\n<@{US}> when?", starts_post=True, mentions_us=True), Question("the opening\n  when?")),
        (heard("", mentions_us=True, replies_to_us=True), HOW_TO),
    ],
)
def test_classify_message_each_message_kind_returns_expected_decision(message, decision):
    assert classify_message(message, US) == decision


@pytest.mark.parametrize(("content", "named"), [(f"<@{US}> when?", True), (f"when <@!{US}>", True), ("<@5> when? ", False)])
def test_names_bot_only_if_the_text_mentions_it(content, named):
    assert names_bot(content, US) is named


def test_seen_ids_is_new_remembers_only_latest_ids():
    once = SeenIds(2)
    assert [once.is_new(id_) for id_ in (1, 2, 1, 3, 1, 2)] == [True, True, False, True, False, True]
