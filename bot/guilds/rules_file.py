"""Write the rules of a guild to a file, and read them from one."""

import json
from collections.abc import Collection
from typing import Any

from pydantic import ValidationError

from bot.errors import RulesFileError
from bot.storage.guild_rules import Rules


def export_rules(rules: Rules) -> bytes:
    """Return the rules as UTF-8 JSON, with ids as text, since many programs round large numbers."""
    table = rules.model_dump() | {"digest_channel": rules.digest_channel and str(rules.digest_channel)}
    return json.dumps(table, default=as_texts, ensure_ascii=False, indent=2).encode()


def as_texts(values: frozenset[Any]) -> list[str]:
    return sorted(map(str, values))


def import_rules(content: bytes) -> Rules:
    """Read rules from what `export_rules` wrote; a key that is missing gets its default.

    :raises RulesFileError: For any other content; names every key that is unknown or has a wrong value.
    """
    try:
        table = json.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise RulesFileError from error
    if not isinstance(table, dict):
        raise RulesFileError
    unknown = tuple(key for key in table if key not in Rules.model_fields)
    try:
        rules = Rules.model_validate(table)
    except ValidationError as error:
        wrong = dict.fromkeys(str(problem["loc"][0]) for problem in error.errors())
        raise RulesFileError((*unknown, *wrong)) from error
    if unknown:
        raise RulesFileError(unknown)
    return rules


def keep_known(
    rules: Rules, channels: Collection[int], roles: Collection[int], reports: Collection[str]
) -> tuple[Rules, list[str]]:
    """Leave out what a guild does not have, since rules for the channels of another guild would forbid every question.

    :return: The rules, and the ids and names that were left out.
    """
    known: dict[str, Collection[object]] = {
        "only_channels": channels,
        "blocked_channels": channels,
        "unasked_channels": channels,
        "dedicated_channels": channels,
        "roles": roles,
        "reports": reports,
    }
    kept = {name: frozenset(each for each in getattr(rules, name) if each in values) for name, values in known.items()}
    missing = {str(each) for name, values in kept.items() for each in getattr(rules, name) - values}
    digest = rules.digest_channel
    if digest and digest not in channels:
        missing.add(str(digest))
        digest = None
    return rules.model_copy(update={**kept, "digest_channel": digest}), sorted(missing)
