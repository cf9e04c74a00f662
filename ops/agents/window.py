"""`greenwave window`: the agent of a window's call pad."""

from collections.abc import Callable
from typing import Annotated, TypeVar

import typer
import uvloop

from hardware.errors import DeviceError
from hardware.keypad.port import CallPad, RatingPad
from hardware.registry import open_keypad, open_rating_pad
from ops.agents.identity import set_up, who_is
from ops.agents.options import Code, Data, HallId, Server, Token, stop_on_signals, stop_with, take_folder
from ops.charge import logs_to_stderr
from window_client.agent import Charge, TokenRefused, run

Kind = TypeVar("Kind")


def command(
    data: Data,
    server: Server = "",
    token: Token = "",
    hall: HallId = "",
    window: Annotated[int, typer.Option(min=0, help="The window's number.", show_default="the one kept")] = 0,
    keypad: Annotated[
        str, typer.Option(help="The pad: serial:///dev/..., evdev:///dev/input/..., tcp://HOST:PORT.")
    ] = "",
    rating: Annotated[
        str, typer.Option("--rating-pad", help="The visitors' five keys besides, at such an address too.")
    ] = "",
    code: Code = "",
    staff: Annotated[str, typer.Option(help="Whose window it is when the pause key opens it.")] = "",
) -> None:
    """The keys of a window's call pad: next, recall, start, finish, missed, pause."""
    logs_to_stderr()
    with take_folder(data) as folder:
        if code:
            set_up("window", server, code, data, "--keypad evdev:///dev/input/...")
            return
        who = who_is("window", data, server, token, hall)
        number = window or who.window
        if not number or not keypad:
            stop_with("--window N and --keypad ADDRESS are needed", 2)
        charge = Charge(
            server=who.server, hall=who.hall, token=who.token, window=number, staff=staff,
            installation=folder.installation,
        )  # fmt: skip
        try:
            uvloop.run(
                _work(charge, _opened(keypad, open_keypad), _opened(rating, open_rating_pad) if rating else None)
            )
        except TokenRefused as error:
            stop_with(f"the server refuses this token. {error}")
        except ValueError as error:
            stop_with(str(error), 2)


def _opened(address: str, opens: Callable[[str], Kind]) -> Kind:
    try:
        return opens(address)
    except DeviceError as error:
        stop_with(f"the pad `{address}` cannot be used: {error.code} {error.facts}", 2)


async def _work(charge: Charge, pad: CallPad, rating: RatingPad | None) -> None:
    stop = stop_on_signals()
    print(f"ready {charge.server.rstrip('/')}/window/{charge.hall}/{charge.window}", flush=True)
    await run(charge, pad, stop, rating)
