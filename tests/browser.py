"""Headless Chromium for tests and pictures: it reaches loopback and files, and nothing else."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page, Route, sync_playwright

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser. Raises RuntimeError with what to do if there is none."""
    if CHROMIUM is None:
        raise RuntimeError("no chromium on this machine; install it: apt-get install chromium fonts-noto-cjk")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        yield browser
        browser.close()


def confined(page: Page) -> list[str]:
    """Keep a page from every host but loopback; what it asked for elsewhere, as a list that fills."""
    strayed: list[str] = []

    def judge(route: Route) -> None:
        if urlsplit(route.request.url).hostname in (None, "127.0.0.1", "localhost"):
            route.continue_()
        else:
            strayed.append(route.request.url)
            route.abort()

    page.route("**/*", judge)
    return strayed
