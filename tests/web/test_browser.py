"""The pages in a real browser: they fit, nothing is blocked, the keyboard reaches everything."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, sync_playwright

PATHS = ["/", "/people?channel=sms", "/law", "/law/au.spam-act"]


@pytest.fixture(scope="module")
def served(home: Path) -> Iterator[str]:
    """The pages served by the command itself, on a free port of this machine."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [Path(sys.executable).with_name("sayso"), "serve", "--port", str(port)]
    environment = {**os.environ, "SAYSO_HOME": str(home)}
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL) as running:
        for _ in range(200):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
        running.terminate()


@pytest.fixture(scope="module")
def browser_page(part: Callable[[str], str]) -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=part("chromium"), args=["--no-sandbox"])
        yield browser.new_page()
        browser.close()


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("path", PATHS)
def test_a_page_fits_its_window_and_nothing_is_blocked(browser_page: Page, served: str, path: str, width: int) -> None:
    errors: list[str] = []
    browser_page.on("console", lambda said: errors.append(said.text) if said.type == "error" else None)
    browser_page.set_viewport_size({"width": width, "height": 900})
    browser_page.goto(served + path)
    assert browser_page.evaluate("document.documentElement.scrollWidth") <= width
    assert browser_page.evaluate("getComputedStyle(document.body).margin") == "0px"
    images = "[...document.images].every(image => image.complete && image.naturalWidth > 0)"
    assert browser_page.evaluate(images)
    assert not errors


def test_from_the_picture_to_one_answer_by_keyboard_and_click(browser_page: Page, served: str) -> None:
    browser_page.set_viewport_size({"width": 1280, "height": 900})
    browser_page.goto(served)
    browser_page.keyboard.press("Tab")
    assert browser_page.evaluate("document.activeElement.className") == "skip"
    outline = "getComputedStyle(document.activeElement).outlineStyle"
    assert browser_page.evaluate(outline) != "none"
    browser_page.click(".reasons a >> nth=0")
    browser_page.click("table.people a >> nth=0")
    assert "May we contact them" in browser_page.inner_text(".question")
    assert browser_page.inner_text(".because")
    rule = browser_page.locator("details.rule[open] .limbs")
    assert rule.count() >= 1
    assert browser_page.locator("main h2").count() >= 3


def test_the_server_listens_on_this_machine_only(served: str) -> None:
    port = int(served.rsplit(":", 1)[1])
    listening = Path("/proc/net/tcp").read_text().splitlines()[1:]
    wanted = f"{port:04X}"
    bound = [line.split()[1].split(":")[0] for line in listening if line.split()[1].endswith(f":{wanted}")]
    assert "0100007F" in bound
    assert "00000000" not in bound
