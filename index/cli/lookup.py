"""The commands `sessions` and `people`: look-ups that need no model."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from index.cli.app import AsJson, ConfigFile, IndexFolder, emit_json, load_settings, table_console

if TYPE_CHECKING:
    from index.config import Settings
    from index.generations.manifest import Generation
    from index.models import Session

Query = Annotated[str | None, typer.Argument(help="Search text; without it, everything is listed.")]


def sessions(
    query: Query = None, as_json: AsJson = False, index: IndexFolder = None, config_file: ConfigFile = None
) -> None:
    """List all sessions in order, or those that match a query, best first; if none matches, the nearest."""
    from index.cli import output
    from index.lookup.directory import Directory

    matches = Directory(read_sessions(load_settings(config_file, index))).find_sessions(query or "", limit=sys.maxsize)
    show_matches(matches, query, output.session_json, output.sessions_table, as_json)


def people(query: Query = None, as_json: AsJson = False, index: IndexFolder = None, config_file: ConfigFile = None) -> None:
    """List all people whom sessions name, or those that match a query, best first; if none matches, the nearest."""
    from index.cli import output
    from index.lookup.directory import Directory

    matches = Directory(read_sessions(load_settings(config_file, index))).find_people(query or "")
    show_matches(matches, query, output.entry_json, output.people_table, as_json)


def show_matches(matches: list[Any], query: str | None, to_json: Any, to_table: Any, as_json: bool) -> None:
    """Print matches as JSON or as a table. With a query, JSON contains the reason for each match."""
    if any(match.reason == "nearest" for match in matches):
        typer.echo("nothing matches; the nearest are:", err=True)
    if as_json:
        reasons = [{"match": {"reason": match.reason, "score": round(match.score, 1)}} if query else {} for match in matches]
        emit_json([to_json(match.item) | reason for match, reason in zip(matches, reasons, strict=True)])
    elif matches:
        with table_console() as console:
            console.print(to_table([match.item for match in matches]))
    else:
        typer.echo("nothing matches")


def read_sessions(settings: Settings) -> tuple[Session, ...]:
    """Read the sessions of the live generation, or of an earlier one if it is damaged. Verifies only the file of sessions.

    :raises GenerationError: If no generation can be read.
    """
    from index.generations.store import Store, read_sound

    return read_sound(Store(settings.index.path, settings.index.keep), read_session_files)


def read_session_files(generation: Generation) -> tuple[Session, ...]:
    """Verify and read a generation's sessions.

    :raises GenerationError: If the file is damaged.
    """
    from index.generations.manifest import SESSIONS, read_json
    from index.models import Session

    generation.verify_file(SESSIONS)
    stored_sessions: tuple[Session, ...] = read_json(generation.path / SESSIONS, tuple[Session, ...])
    return stored_sessions
