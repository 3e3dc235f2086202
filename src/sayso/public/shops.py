"""What each source of webhooks needs, from the settings and the files of secrets that they name."""

from __future__ import annotations

from pathlib import Path

from sayso.capture.hooks import HookSettings, bigcommerce
from sayso.capture.readings import Options
from sayso.settings import Settings, SettingsError, Shop


def hook_settings(home: Path, settings: Settings) -> dict[str, HookSettings]:
    """What each source needs, its secrets read from their files. Raises SettingsError where one is missing or empty."""
    return {kind: _of(home, kind, shop) for kind, shop in settings.hooks.items()}


def _of(home: Path, kind: str, shop: Shop) -> HookSettings:
    secrets = read_secrets(home, f"hooks.{kind}.secret_file", shop.secret_file)
    token = read_secrets(home, f"hooks.{kind}.token_file", shop.token_file)[0] if shop.token_file else None
    return HookSettings(
        secrets=secrets,
        options=Options(default_country=shop.default_country, sender=shop.sender, opt_in_key=shop.opt_in_key),
        store=shop.store,
        fetch=bigcommerce.api(shop.store, token) if shop.store and token else None,
    )


def read_secrets(home: Path, name: str, file: str) -> tuple[str, ...]:
    """The lines of a file of secrets, `name` being the setting that names it. Raises SettingsError."""
    try:
        lines = [line.strip() for line in (home / file).read_text("utf-8").splitlines() if line.strip()]
    except OSError:
        raise SettingsError(
            f"`{name}` names {home / file}, which cannot be read; write the secret into that file"
        ) from None
    if not lines:
        raise SettingsError(
            f"{home / file} is empty; write the secret into it, and two on two lines while one is replaced"
        )
    return tuple(lines)
