"""The agents of devices as commands: one module each, listed here once."""

from collections.abc import Callable

import typer

from ops.agents import display, kiosk, window

COMMANDS: dict[str, Callable[..., None]] = {
    "kiosk": kiosk.command,
    "display": display.command,
    "window": window.command,
}
"""`greenwave NAME`."""


def add_to(app: typer.Typer) -> None:
    """Makes them commands of `greenwave`."""
    for name, command in COMMANDS.items():
        app.command(name)(command)
