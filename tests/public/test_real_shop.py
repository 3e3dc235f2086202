"""A real shop with the widget in its checkout, taken to abandonment in a browser; then `sayso why` shows what was shown."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
from playwright.sync_api import sync_playwright

from oscar import free_port, shop_running
from public.conftest import bound, served
from sayso.capture.live import sweep
from sayso.ledger import Ledger
from sayso.ledger.entries import CheckoutAbandoned, ConsentGiven
from sayso.public.desk import Desk
from sayso.settings import Public, Settings
from sayso.settings import Shop as Source

SECRET = "of the test"  # noqa: S105
ODETTE = "odette@letterbox.example"
CART = "Email me from Copper Kettle if I leave something in my basket"


def test_a_checkout_left_after_a_tick_may_be_written_to_and_why_says_so(
    ledger: Ledger, tmp_path: Path, part: Callable[[str], str], wait: Callable[..., object]
) -> None:
    (ledger.home / "generic.secret").write_text(SECRET.replace(" ", "-"))
    port = free_port()
    with bound() as listening:
        ours = f"http://127.0.0.1:{listening.getsockname()[1]}"
        public = Public(url=ours, port=listening.getsockname()[1], pages=[f"http://127.0.0.1:{port}"])
        settings = Settings(public=public, hooks={"generic": Source(secret_file="generic.secret")})
        widget = f'<script src="{ours}/widget.js" data-form="checkout" data-email="#id_username" async></script>'
        with (
            served(Desk(ledger, settings), listening),
            shop_running(tmp_path / "oscar", port, f"{ours}/hooks/generic", SECRET.replace(" ", "-"), widget) as (
                shop,
                kettle,
            ),
            sync_playwright() as playwright,
        ):
            browser = playwright.chromium.launch(
                executable_path=part("chromium"),
                args=[
                    "--no-sandbox",
                    "--disable-background-networking",
                    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
                ],
            )
            page = browser.new_page()
            page.goto(f"{shop}/catalogue/kettle_{kettle}/")
            page.click("form[action*='/basket/add/'] button[type=submit]")
            page.goto(f"{shop}/checkout/")
            page.wait_for_selector("fieldset.sayso")
            page.fill("#id_username", ODETTE)
            page.check("input[name=options][value=anonymous]")
            page.check(f"text={CART}")
            page.screenshot(path=str(tmp_path / "gateway.png"), full_page=True)
            page.click("button[type=submit]:has-text('Continue')")
            page.wait_for_url("**/shipping-address/**")
            page.fill("[name=first_name]", "Odette")
            page.fill("[name=last_name]", "Fern")
            page.fill("[name=line1]", "7 Lantern Row")
            page.fill("[name=line4]", "Fitzroy")
            page.fill("[name=postcode]", "3065")
            page.click("button[type=submit]:has-text('Continue')")
            page.wait_for_url("**/checkout/**")
            browser.close()
            (person,) = wait(lambda: ledger.find(ODETTE))  # type: ignore[misc]
            wait(lambda: any(isinstance(entry.body, ConsentGiven) for entry in ledger.entries_about(person)))
            assert sweep(ledger, datetime.now(UTC) + timedelta(hours=2)) == 1
            asked = wait(lambda: list((ledger.home / "outbox").glob("*.eml")))[0].read_text()  # type: ignore[index]
            (link,) = re.findall(r"http\S+/confirm/\S+", asked)
            assert "it is confirmed" in httpx.post(link).text
    assert any(isinstance(entry.body, CheckoutAbandoned) for entry in ledger.entries_about(person))
    command = [
        Path(sys.executable).with_name("sayso"),
        "why",
        ODETTE,
        "--channel",
        "email",
        "--topic",
        "abandoned_cart",
    ]
    environment = {**os.environ, "SAYSO_HOME": str(ledger.home), "COLUMNS": "300"}
    said = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert said.returncode == 0, said.stdout
    assert CART in said.stdout
    assert "ticked" in said.stdout
    assert datetime.now(UTC).strftime("%Y") in said.stdout
