"""The weekly digest: which week is due, and what it says."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.guilds.digest_text import digest_text, due_at, is_digest_of, latest_week
from bot.locale.catalogue import bot_catalogue
from bot.storage.store import Vote
from bot.storage.usage import Asked

WEEK = date(2030, 5, 6)
EN = bot_catalogue("en")


@pytest.mark.parametrize(
    ("now", "week"),
    [
        (datetime(2030, 5, 13, 0, 59), date(2030, 4, 29)),
        (datetime(2030, 5, 13, 1, 0), WEEK),
        (datetime(2030, 5, 19, 23, 59), WEEK),
        (datetime(2030, 5, 20, 1, 0), date(2030, 5, 13)),
    ],
)
def test_latest_week_changes_on_monday_at_one(now, week):
    assert latest_week(now) == week


@given(st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1)))
def test_latest_week_is_the_last_one_that_is_due(now):
    week = latest_week(now)
    assert due_at(week) <= now < due_at(week + timedelta(days=7))
    assert week.weekday() == 0


def sent(question, day, verdict="not_covered"):
    return Vote("ABCDEFGH", -1, verdict, "g", 1, question, "a reason", datetime.combine(day, datetime.min.time()))


def test_digest_text_compares_kinds_of_channels_and_leaves_out_other_weeks_and_reasons():
    before, sunday = date(2030, 5, 5), date(2030, 5, 12)
    asked = [
        Asked(WEEK, 1, "text", "answered", 5),
        Asked(sunday, 1, "text", "answered", 2),
        Asked(sunday, 1, "forum", "related", 9),
        Asked(before, 1, "text", "refused", 4),
        Asked(before, 1, "voice", "failed", 1),
    ]
    reported = [sent("early?", before), sent("where?", WEEK), sent("where", sunday), sent("*late*?", date(2030, 5, 13))]
    assert digest_text(WEEK, asked, reported, EN).split("\n") == [
        "## Week 2030-05-06 – 2030-05-12",
        "- All questions 16 (5): answered 7 (0) · touched on 9 (0) · refused by the rules 0 (4) · failed 0 (1)",
        "- forums 9 (0): touched on 9 (0)",
        "- text channels 7 (4): answered 7 (0) · refused by the rules 0 (4)",
        "- voice channels 0 (1): failed 0 (1)",
        "-# In brackets: the week before",
        "## Reported questions · 2",
        "### Not in the report · 2",
        "- 2 ×: where?",
    ]
    assert digest_text(WEEK, asked, reported, EN, show_questions=False).split("\n")[-2:] == [
        "## Reported questions · 2",
        "The server's filter (AutoMod) blocks their texts here; `/gaps` shows them.",
    ]


def test_digest_text_week_without_questions_is_empty():
    assert digest_text(WEEK, [], [sent("where?", WEEK)], EN) == ""
    assert digest_text(WEEK, [Asked(date(2030, 5, 5), 1, "text", "answered", 1)], [], EN) == ""


@pytest.mark.parametrize("language", ["en", "zh-TW", "ja"])
def test_digest_text_of_many_questions_fits_a_card_and_is_recognised(language):
    reported = [sent(f"{n:03} " + chr(0x4E00 + n) * 250, WEEK) for n in range(99)]
    text = digest_text(WEEK, [Asked(WEEK, 1, "text", "answered", 1)], reported, bot_catalogue(language))
    assert len(text) <= 4000
    assert text.split("\n")[-1] == bot_catalogue(language)("digest.more")
    assert is_digest_of(WEEK, text)
    assert not is_digest_of(WEEK + timedelta(days=7), text)
    assert not is_digest_of(WEEK, text.removeprefix("## "))
