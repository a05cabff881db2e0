"""What the audit of installed packages finds."""

import pytest

from tests.audit import installed, package_of, problems

WHEEL = "some_thing-1.2-py3-none-any.whl"
PINNED, HASHES = {"some-thing==1.2"}, {WHEEL: "a" * 64}


def report(name: str, version: str, file: str, digest: str) -> dict[str, object]:
    download = {"url": f"https://host/{file}", "archive_info": {"hashes": {"sha256": digest}}}
    return {"install": [{"metadata": {"name": name, "version": version}, "download_info": download}]}


@pytest.mark.parametrize(
    ("made", "told"),
    [
        (report("Some.Thing", "1.2", WHEEL, "a" * 64), []),
        (report("some_thing", "1.2", WHEEL, "b" * 64), [f"{WHEEL}: has another SHA-256 than hashes.txt says"]),
        (report("some-thing", "1.2", "some_thing-1.2-cp311-macosx.whl", "c" * 64), []),
        (
            report("other", "3", "other-3.tar.gz", "d" * 64),
            [
                "other==3: not in constraints.txt",
                "other-3.tar.gz: no file of this version is in hashes.txt; check it, then run: make pin",
            ],
        ),
    ],
)
def test_what_is_not_as_pinned_is_told(made: dict[str, object], told: list[str]) -> None:
    assert problems(installed([made]), PINNED, HASHES) == told


def test_this_checkout_itself_is_no_download() -> None:
    assert installed([{"install": [{"metadata": {"name": "x", "version": "1"}, "download_info": {"dir_info": {}}}]}]) == {}


def test_a_file_begins_with_its_package() -> None:
    assert package_of("discord.py-2.7.1-py3-none-any.whl") == "discord-py==2.7.1"
    assert package_of("nano-e5-0.1.tar.gz") == "nano-e5==0.1"
