"""The sessions of the live generation, read without the model and without the rest of the index."""

from index.config import Settings
from index.generations.fallback import read_sound
from index.generations.files import SEGMENTS, SESSIONS, read_json
from index.generations.manifest import Generation
from index.generations.store import Store
from index.models import Session, report_of


def read_sessions(settings: Settings) -> tuple[Session, ...]:
    """The sessions of the live generation, or of a sound one before it, of which only the files of sessions are verified."""
    return read_sound(Store(settings.index.path, settings.index.keep), sessions_in)


def sessions_in(generation: Generation) -> tuple[Session, ...]:
    """A generation's sessions, in the order of the reports' names. Raises GenerationError if a file is damaged."""
    found: list[Session] = []
    for name in sorted(generation.manifest.files):
        if name.startswith(f"{SEGMENTS}/") and name.endswith(f"/{SESSIONS}"):
            generation.verify_file(name)
            found += read_json(generation.path / name, tuple[Session, ...])
    return tuple(sorted(found, key=report_of))
