"""report-index publish: where the addresses in the pages come from."""

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from index.cli import main
from index.config import Settings

PASSAGE = "harbour/en/p/d5da900fb6.html"


def publish(built: Settings, folder: Path, *options: str, config: str = "") -> Result:
    file = folder / "config.toml"
    file.write_text(f"[index]\npath = '{built.index.path}'\n{config}", "utf-8")
    return CliRunner().invoke(main, ["publish", "--config", str(file), "--to", str(folder / "site"), *options])


def generation(built: Settings) -> str:
    return next((built.index.path / "generations").glob("2*")).name


def test_publish_without_addresses_has_no_pictures_and_tells_how_to_get_them(built: Settings, tmp_path: Path) -> None:
    result = publish(built, tmp_path)
    assert result.stdout == f"wrote 40 files of generation {generation(built)} into {tmp_path / 'site'}\n"
    assert result.stderr == "links have previews without pictures; give --url or [bot] public_url for these\n"
    assert list(tmp_path.rglob("*.png")) == []
    assert "og:image" not in (tmp_path / "site" / PASSAGE).read_text("utf-8")


@pytest.mark.parametrize(
    ("options", "address"),
    [((), "https://reports.example/report"), (("--url", "https://other.example/"), "https://other.example")],
)
def test_publish_configured_addresses_are_in_the_pages(
    built: Settings, tmp_path: Path, options: tuple[str, ...], address: str
) -> None:
    config = "[bot]\npublic_url = 'https://reports.example/report'\n[publish]\nask_url = 'https://discord.example/x'"
    result = publish(built, tmp_path, *options, config=config)
    assert (result.exit_code, result.stderr) == (0, "")
    page = (tmp_path / "site" / PASSAGE).read_text("utf-8")
    assert f'<meta property="og:image" content="{address}/harbour/p/d5da900fb6.png">' in page
    assert f'<link rel="canonical" href="{address}/{PASSAGE}">' in page
    assert '<a href="https://discord.example/x" rel="external">Ask the bot</a>' in page
    start = (tmp_path / "site" / "harbour" / "en" / "index.html").read_text("utf-8")
    assert '<p lang="en">The harbour board met twice in 2030.</p>' in start


@pytest.mark.parametrize(
    ("options", "config", "problem"),
    [
        (("--url", "ftp://x"), "", "error: ftp://x: no address of a site; give one such as https://example.org/report\n"),
        (
            (),
            "[bot]\npublic_url = 3",
            "error: 3: no address of a site; give one such as https://example.org/report\n",
        ),
        (
            ("--url", "https://x.org", "--font", "missing.ttf"),
            "",
            "error: missing.ttf: is no font that can be read; name one of .otf, .ttc, .ttf\n",
        ),
    ],
)
def test_publish_unusable_address_or_font_writes_nothing(
    built: Settings, tmp_path: Path, options: tuple[str, ...], config: str, problem: str
) -> None:
    result = publish(built, tmp_path, *options, config=config)
    assert (result.exit_code, result.stdout, result.stderr) == (1, "", problem)
    assert [path.name for path in tmp_path.iterdir()] == ["config.toml"]


@pytest.mark.parametrize("address", ["javascript:alert(1)", "discord.gg/x", "https://x.org/ y"])
def test_publish_unusable_address_of_the_bot_is_refused(built: Settings, tmp_path: Path, address: str) -> None:
    result = publish(built, tmp_path, config=f"[publish]\nask_url = '{address}'")
    assert result.exit_code == 1
    assert result.stderr.startswith(f"error: {tmp_path / 'config.toml'}: publish.ask_url: string should match pattern")
