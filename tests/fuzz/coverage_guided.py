"""Bytes that coverage guides to files of ours: python -m tests.fuzz.coverage_guided SECONDS

Needs atheris. Stops at the first input that raises anything but a named error, and writes it into the folder.
"""

import sys
import tempfile
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["index", "tomllib", "json"]):
    from bot.config import BotSettings
    from index import config
    from index.cli.ask import read_batch
    from index.errors import ReportIndexError
    from index.generations.manifest import Generation
    from index.generations.store import Pointer
    from index.reports import expansions, profile, reader
    from index.reports.passages import split_passages, split_sentences
    from index.reports.sessions import find_sessions
    from tests.fuzz.reports import BASES, PROFILES
    from tests.fuzz.test_bytes import EXAMPLE, MANIFEST, POINTER, TOMLS


def read_report(path: Path) -> None:
    """Read any text with each profile."""
    text = path.read_bytes().decode("utf-8", "ignore")
    for about in PROFILES[:3]:
        document = reader.read_document(text, about)
        cut = split_passages(document, 120)
        list(split_sentences(document, cut))
        find_sessions(document, about)


TARGETS = (
    ("config.toml", lambda path: config.load_config(BotSettings, path)),
    (profile.PROFILE_FILE, lambda path: profile.load_profile(path.parent)),
    ("report.txt", read_report),
    ("manifest.json", lambda path: Generation.open(path.parent)),
    ("live.json", Pointer.read),
    ("batch.jsonl", lambda path: list(read_batch(str(path)))),
    ("questions.jsonl", lambda path: list(expansions.read_rows(path, expansions.ReviewedQuestion))),
)
# What each target reads without complaint, to begin with.
SEEDS = ((EXAMPLE,), TOMLS, BASES, (MANIFEST,), (POINTER,), ('{"id": 1, "question": "who?"}',), ('{"question": "a"}',))


def put(data: bytes) -> None:
    """Put all but the first byte to the target that the first one chooses."""
    name, read = TARGETS[data[0] % len(TARGETS) if data else 0]
    path = FOLDER / name
    path.write_bytes(data[1:])
    try:
        read(path)
    except ReportIndexError as error:
        assert "\n" not in str(error)


if __name__ == "__main__":
    FOLDER = Path(tempfile.mkdtemp(prefix="coverage-guided-"))
    seeds = FOLDER / "seeds"
    seeds.mkdir()
    for number, originals in enumerate(SEEDS):
        for n, original in enumerate(originals):
            (seeds / f"{number}-{n}").write_bytes(bytes([number]) + original.encode())
    options = [f"-max_total_time={int(sys.argv[1])}", "-rss_limit_mb=0", f"-artifact_prefix={FOLDER}/", str(seeds)]
    atheris.Setup([sys.argv[0], *options], put)
    atheris.Fuzz()
