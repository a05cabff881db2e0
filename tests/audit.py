"""Compares what pip installed with what is pinned: python -m tests.audit REPORT ... [--pin]

The reports are pip's own (`pip install --report`). A package must have its version in constraints.txt, and each file the
SHA-256 that hashes.txt has for its name. A file for another platform is not in there, which is told and no error. `--pin`
writes hashes.txt.
"""

import json
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import unquote

ROOT = Path(__file__).parents[1]
CONSTRAINTS, HASHES = ROOT / "constraints.txt", ROOT / "hashes.txt"


def installed(reports: Iterable[Mapping[str, Any]]) -> dict[str, tuple[str, str]]:
    """What was fetched: by file name, the package with its version, and the SHA-256."""
    found = {}
    for report in reports:
        for each in report["install"]:
            if "archive_info" in each["download_info"]:
                # What stands behind "+" says for which processor it was built, not which version it is.
                package = f"{normal(each['metadata']['name'])}=={each['metadata']['version'].partition('+')[0]}"
                name = unquote(each["download_info"]["url"].rpartition("/")[2])
                found[name] = (package, each["download_info"]["archive_info"]["hashes"]["sha256"])
    return found


def problems(found: Mapping[str, tuple[str, str]], pinned: set[str], hashes: Mapping[str, str]) -> list[str]:
    """What was installed and is not what was pinned."""
    told = []
    known = {package_of(name) for name in hashes}
    for name, (package, digest) in sorted(found.items()):
        if package not in pinned:
            told.append(f"{package}: not in constraints.txt")
        if name in hashes and hashes[name] != digest:
            told.append(f"{name}: has another SHA-256 than hashes.txt says")
        elif name not in hashes and package_of(name) not in known:
            told.append(f"{name}: no file of this version is in hashes.txt; check it, then run: make pin")
    return told


def package_of(file: str) -> str:
    """The package and version that a wheel's or an archive's name begins with."""
    stem = file.removesuffix(".tar.gz").removesuffix(".zip")
    name, version = stem.split("-")[:2] if file.endswith(".whl") else stem.rsplit("-", 1)
    return f"{normal(name)}=={version.partition('+')[0]}"


def normal(name: str) -> str:
    return name.lower().replace("_", "-").replace(".", "-")


def read_pins() -> set[str]:
    lines = (line.partition(";")[0].strip() for line in CONSTRAINTS.read_text("utf-8").splitlines())
    return {f"{normal(name)}=={version}" for name, _, version in (line.partition("==") for line in lines) if version}


def read_hashes() -> dict[str, str]:
    lines = HASHES.read_text("utf-8").splitlines() if HASHES.exists() else []
    return {name: digest for digest, _, name in (line.partition("  ") for line in lines)}


def main(arguments: list[str]) -> int:
    found = installed(json.loads(Path(name).read_text("utf-8")) for name in arguments if name != "--pin")
    if "--pin" in arguments:
        hashes = {name: digest for name, (_, digest) in found.items()}
        HASHES.write_text("".join(f"{digest}  {name}\n" for name, digest in sorted(hashes.items())), "utf-8")
    told = problems(found, read_pins(), read_hashes())
    unlisted = found.keys() - read_hashes().keys()
    sys.stdout.write("".join(f"audit: {line}\n" for line in told))
    sys.stdout.write(f"audit: {len(found)} packages, {len(told)} problems, {len(unlisted)} files for other platforms\n")
    return int(bool(told))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
