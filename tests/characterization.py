"""What the programs answer, find and write, as one JSON file: to show that moving code changed none of it.

`python -m tests.characterization before.json` records it; with `--compare before.json` a second run prints every
difference and exits with 1 if there is one. Times are left out. It takes two or three minutes.
"""

import argparse
import hashlib
import importlib
import json
import pkgutil
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path
from typing import Any

from discord.ui import DynamicItem

import bot

ROOT = Path(__file__).parents[1]
REPORT = ROOT / "corpus/ogp-2021-global-summit"
COMMANDS = {
    "index": "ask sessions people build info verify rollback eval add publish train overlap enrich",
    "bot": "run console check backup gaps",
}
VOLATILE = {"elapsed_ms", "index"}


def run(program: str, *arguments: str) -> str:
    """What a command prints on standard output, and its exit code."""
    command = [sys.executable, "-c", f"from {program}.cli import main; main()", *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    return f"{done.stdout}exit code {done.returncode}"


def without_volatile(value: Any) -> Any:
    """JSON without what differs from run to run."""
    if isinstance(value, dict):
        return {key: without_volatile(item) for key, item in value.items() if key not in VOLATILE}
    return [without_volatile(item) for item in value] if isinstance(value, list) else value


def answers(index: str) -> list[Any]:
    """The answers to every held-out question, both those that the report answers and those that it does not."""
    questions = (REPORT / "heldout.jsonl").read_text("utf-8").splitlines()
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl", encoding="utf-8") as file:
        for number, line in enumerate(questions):
            item = json.loads(line)
            file.write(
                json.dumps({"id": item.get("id", str(number)), "question": item["question"]}, ensure_ascii=False) + "\n"
            )
        file.flush()
        lines = run("index", "ask", "--batch", file.name, "--explain", "--json", "--index", index).splitlines()
    return [without_volatile(json.loads(line)) for line in lines[:-1]]


def lookups(index: str) -> dict[str, str]:
    """What each look-up query finds, as sessions or as people."""
    queries = tomllib.loads((ROOT / "tests/index/lookup_queries.toml").read_text("utf-8"))
    found = {}
    for command in ("sessions", "people"):
        for query in ("", *queries[command]):
            found[f"{command} {query}"] = run("index", command, *([query] if query else []), "--json", "--index", index)
    return found


def custom_ids() -> list[str]:
    """The patterns of every button's and menu's custom_id."""
    for module in pkgutil.walk_packages(bot.__path__, "bot."):
        if ".migrations" not in module.name:
            importlib.import_module(module.name)
    classes, patterns = [DynamicItem], set()
    while classes:
        each = classes.pop()
        classes += each.__subclasses__()
        template = getattr(each, "__discord_ui_compiled_template__", None)
        patterns |= {template.pattern} if template and each.__module__.startswith("bot.") else set()
    return sorted(patterns)


def metrics() -> list[str]:
    """Names and descriptions of the metrics that every bot has."""
    holders = (vars(module).values() for name, module in sys.modules.items() if name.startswith("bot."))
    figures = next(item for values in holders for item in values if isinstance(item, type) and hasattr(item, "exposition"))
    return [line for line in figures().exposition().decode().splitlines() if line.startswith("#")]


def snapshot() -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        built = run("index", "build", "--out", folder).partition(": ")[2]
        generation = next(Path(folder).rglob("manifest.json")).parent
        files = sorted(path for path in generation.rglob("*") if path.is_file() and path.name != "manifest.json")
        return {
            "build": built,
            "files": {
                path.relative_to(generation).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files
            },
            "answers": answers(folder),
            "lookups": lookups(folder),
            "help": {
                f"{program} {command}": run(program, *([command] if command else []), "--help")
                for program, commands in COMMANDS.items()
                for command in ("", *commands.split())
            },
            "custom_ids": custom_ids(),
            "metrics": metrics(),
        }


def differences(before: Any, after: Any, path: str = "") -> list[str]:
    """Every place at which two JSON values differ."""
    if isinstance(before, dict) and isinstance(after, dict):
        keys = [*before, *(key for key in after if key not in before)]
        return [line for key in keys for line in differences(before.get(key), after.get(key), f"{path}/{key}")]
    if isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        return [
            line for i, (a, b) in enumerate(zip(before, after, strict=True)) for line in differences(a, b, f"{path}/{i}")
        ]
    return [] if before == after else [f"{path}\n  before: {before}\n  after:  {after}"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--compare", type=Path)
    arguments = parser.parse_args()
    taken = snapshot()
    arguments.file.write_text(json.dumps(taken, ensure_ascii=False, indent=1), "utf-8")
    if arguments.compare:
        changed = differences(json.loads(arguments.compare.read_text("utf-8")), taken)
        sys.stdout.write("\n".join([*changed, f"{len(changed)} differences\n"]))
        sys.exit(bool(changed))


if __name__ == "__main__":
    main()
