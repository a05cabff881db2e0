"""Rules of a guild in a file: what is written is read again, and anything else is refused with the keys that are wrong."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import RulesFileError
from bot.guilds.rules_file import export_rules, import_rules, keep_known
from bot.storage.guild_rules import EVERYWHERE, Rules

IDS = st.frozensets(st.integers(1, (1 << 64) - 1), max_size=4)
RULES = st.builds(
    Rules,
    language=st.sampled_from([None, "zh-TW", "en", "ja"]),
    public=st.sampled_from([None, True, False]),
    short=st.booleans(),
    mentions=st.booleans(),
    threads=st.booleans(),
    own_threads=st.booleans(),
    forum=st.booleans(),
    only_channels=IDS,
    blocked_channels=IDS,
    unasked_channels=IDS,
    dedicated_channels=IDS,
    roles=IDS,
    reports=st.frozensets(st.text(max_size=9), max_size=3),
    member_rate=st.integers(0, 60),
    channel_rate=st.integers(0, 600),
    retention_days=st.integers(1, 365),
    digest_channel=st.none() | st.integers(1, (1 << 64) - 1),
)


@given(RULES)
def test_import_rules_exported_rules_are_equal(rules):
    assert import_rules(export_rules(rules)) == rules


def test_export_rules_ids_are_texts_in_order():
    table = json.loads(export_rules(Rules(only_channels=frozenset({1300000000004194305, 12}), reports=frozenset({"河"}))))
    assert (table["only_channels"], table["reports"]) == (["12", "1300000000004194305"], ["河"])
    assert json.loads(export_rules(Rules(digest_channel=1300000000004194305)))["digest_channel"] == "1300000000004194305"
    assert list(table) == list(Rules.model_fields)


@pytest.mark.parametrize(
    ("content", "keys"),
    [
        (b'{"loud": 1, "quiet": 2}', ("loud", "quiet")),
        (b'{"retention_days": 0}', ("retention_days",)),
        (b'{"loud": 1, "language": "xx", "roles": ["a", "b"]}', ("loud", "language", "roles")),
        (b"null", ()),
        (b"[" * 100_000, ()),
        (b'{"short": ', ()),
        (b"\x80", ()),
    ],
)
def test_import_rules_other_content_raises_with_the_wrong_keys(content, keys):
    with pytest.raises(RulesFileError) as caught:
        import_rules(content)
    assert caught.value.keys == keys


def test_import_rules_missing_keys_and_byte_order_mark_are_fine():
    assert import_rules(b"\xef\xbb\xbf{}") == EVERYWHERE
    assert import_rules(b'{"short": true}') == Rules(short=True)


def test_keep_known_drops_channels_roles_and_reports_of_elsewhere():
    rules = Rules(
        only_channels=frozenset({1, 2}),
        unasked_channels=frozenset({2}),
        roles=frozenset({3, 4}),
        reports=frozenset({"a", "b"}),
        digest_channel=5,
    )
    kept, missing = keep_known(rules, {1}, {4}, {"a"})
    assert kept == Rules(only_channels=frozenset({1}), roles=frozenset({4}), reports=frozenset({"a"}))
    assert missing == ["2", "3", "5", "b"]
    assert keep_known(Rules(digest_channel=5), {5}, {}, {}) == (Rules(digest_channel=5), [])
