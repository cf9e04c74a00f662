"""`greenwave kiosk`: the agent on a kiosk's own computer."""

from pathlib import Path
from typing import Annotated, Any, Literal

import typer
import uvloop

from kiosk.agent.settings import CannotStart, Settings
from ops.agents.identity import set_up, who_is
from ops.agents.options import stop_on_signals, stop_with, take_folder
from ops.charge import logs_to_stderr
from queue_server.link.identity import Who

PREFIX = "GREENWAVE_KIOSK_"
DEFAULT_PORT = 8090


def _option(text: str, name: str, **more: Any) -> Any:
    return typer.Option(help=text, envvar=name, **more)


def command(
    data: Annotated[Path, _option("This kiosk's own folder.", PREFIX + "DATA")],
    server: Annotated[str, _option("URL of the server.", "GREENWAVE_SERVER")] = "",
    token: Annotated[str, _option("This kiosk's token.", "GREENWAVE_TOKEN", show_default="the one kept")] = "",
    hall: Annotated[str, _option("The hall's id.", "GREENWAVE_HALL", show_default="the one kept")] = "",
    port: Annotated[
        int, _option("Port of the touch page, on this machine alone; 0 takes any.", PREFIX + "PORT", min=0, max=65535)
    ] = DEFAULT_PORT,
    printer: Annotated[
        str,
        _option(
            "tcp://HOST:9100, serial:///dev/..., usb://VID:PID, cups://NAME, file://DIR or none:.", PREFIX + "PRINTER"
        ),
    ] = "none:",
    paper: Annotated[
        Literal["text", "raster"] | None,
        _option("How slips are printed.", PREFIX + "PAPER", show_default="what the printer does best"),
    ] = None,
    scanner: Annotated[
        str,
        _option(
            "Code scanner: evdev:///dev/input/..., serial:///dev/..., usb://VID:PID or tcp://HOST:PORT.",
            PREFIX + "SCANNER",
        ),
    ] = "",
    idcard: Annotated[
        str, _option("ID-card reader: serial:///dev/..., usb://VID:PID or tcp://HOST:PORT.", PREFIX + "IDCARD")
    ] = "",
    roll: Annotated[
        float, _option("Metres of paper on a fresh roll; 0 where nobody knows.", PREFIX + "ROLL", min=0, max=1000)
    ] = 0.0,
    public_url: Annotated[
        str,
        _option(
            "How phones reach the server, for QR codes.", "GREENWAVE_PUBLIC_URL", show_default="as this kiosk does"
        ),
    ] = "",
    code: Annotated[str, typer.Option("--enrol", help="Set this kiosk up with a one-time code from the cockpit.")] = "",
) -> None:
    """The kiosk: its touch page, its printer, and numbers in reserve for when the server is away."""
    logs_to_stderr()
    with take_folder(data):
        if code:
            set_up("kiosk", server, code, data, "--printer tcp://HOST:9100")
            return
        who = who_is("kiosk", data, server, token, hall)
        settings = Settings(
            server=who.server, token=who.token, hall=who.hall, data=data, port=port, printer=printer,
            paper=paper or "", scanner=scanner, idcard=idcard, roll_m=roll, public_url=public_url.rstrip("/"),
        )  # fmt: skip
        try:
            uvloop.run(_work(settings, who))
        except CannotStart as error:
            stop_with(str(error))


async def _work(settings: Settings, who: Who) -> None:
    from kiosk.agent.run import run  # with all its drivers: other commands start without them

    stop = stop_on_signals()
    await run(settings, who, stop, lambda url: print(f"ready {url}", flush=True))
