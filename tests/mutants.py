"""The table of mutants that `mutmut run` left in `mutants/`: python -m tests.mutants"""

import json
import sys
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).parents[1]
GROUPS = {
    "index/answering/answerer.py": "answering",
    "index/answering/rendering.py": "answering",
    "index/answering/citations.py": "answering",
    "index/generations/store.py": "store",
    "bot/cards/buttons.py": "cards' limits",
    "bot/cards/answer_card.py": "cards' limits",
    "bot/cards/escaping.py": "cards' limits",
    "bot/cards/paging.py": "cards' limits",
    "bot/cards/layout.py": "cards' limits",
}
SURVIVED, NO_TESTS = 0, 33  # exit codes of mutmut's


def table(metas: dict[str, Counter[int | None]]) -> list[str]:
    """A row a module and a group. What no test reaches counts as survived."""
    rows = ["| group | module | mutants | killed | share |", "| --- | --- | ---: | ---: | ---: |"]
    groups: dict[str, Counter[str]] = {}
    for module, codes in metas.items():
        killed = sum(count for code, count in codes.items() if code not in (SURVIVED, None, NO_TESTS))
        groups.setdefault(GROUPS[module], Counter()).update(mutants=codes.total(), killed=killed)
        rows.append(row("", f"`{module}`", codes.total(), killed))
    return [*rows, *(row(f"**{name}**", "all", each["mutants"], each["killed"]) for name, each in groups.items())]


def row(group: str, module: str, mutants: int, killed: int) -> str:
    return f"| {group} | {module} | {mutants} | {killed} | {killed / mutants:.1%} |"


def main() -> None:
    metas = {}
    for module in GROUPS:
        codes = json.loads((ROOT / "mutants" / f"{module}.meta").read_text("utf-8"))["exit_code_by_key"].values()
        metas[module] = Counter(codes)
    sys.stdout.write("\n".join(table(metas)) + "\n")


if __name__ == "__main__":
    main()
