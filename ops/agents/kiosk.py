"""`greenwave kiosk`: the agent on a kiosk's own computer."""

import asyncio
from pathlib import Path
from typing import Annotated, Any, Literal

import typer
import uvloop

from kiosk.agent.keeping import Who, keep_who, read_who
from kiosk.agent.settings import CannotStart, Settings
from ops.agents.options import stop_on_signals, stop_with, take_folder
from ops.worker import logs_to_stderr
from queue_server.link import Away, Refused, enrol

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
            _set_up(server, code, data)
            return
        who = _who(data, server, token, hall)
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


def _who(data: Path, server: str, token: str, hall: str) -> Who:
    """Which kiosk this is: what is given counts, then what was kept when it was set up."""
    kept = read_who(data)
    who = Who(
        server=(server or kept.server).rstrip("/"), token=token or kept.token, hall=hall or kept.hall,
        device=kept.device, name=kept.name,
    )  # fmt: skip
    missing = [
        option
        for option, value in (("--server", who.server), ("--token", who.token), ("--hall", who.hall))
        if not value
    ]
    if missing:
        stop_with(
            f"this kiosk is not set up yet: {', '.join(missing)} missing. Make a code in the cockpit (Devices), then: "
            f"greenwave kiosk --enrol CODE --server URL --data {data}", 2
        )  # fmt: skip
    return who


def _set_up(server: str, code: str, data: Path) -> None:
    """Trades the code for a token and keeps it, out of everybody else's reach."""
    server = (server or read_who(data).server).rstrip("/")
    if not server:
        stop_with("--enrol needs --server URL (or GREENWAVE_SERVER): the server that made the code", 2)
    found = asyncio.run(_traded(server, code.strip()))
    if found.get("role") != "kiosk":
        stop_with(f"this code is for a {found.get('role')}, not for a kiosk: make one for a kiosk in the cockpit")
    who = Who(
        server=server, hall=str(found["hall"]), token=str(found["token"]), device=str(found["id"]),
        name=str(found["name"]),
    )  # fmt: skip
    try:
        file = keep_who(data, who)
    except OSError as error:
        stop_with(
            f"the code was accepted, but {data} cannot be written ({error.strerror}): make a new code and try again"
        )
    print(f"This kiosk is now “{who.name}” of the hall {who.hall}. Its token is kept in {file}.")
    print(f"Start it with: greenwave kiosk --data {data} --printer tcp://HOST:9100")


async def _traded(server: str, code: str) -> dict[str, Any]:
    try:
        found: dict[str, Any] = await enrol(server, code)
    except Refused as refused:
        if refused.code == "CODE_UNKNOWN":
            stop_with(
                "the server does not know this code: it is wrong, used, or older than 15 minutes; "
                "make a new one in the cockpit"
            )
        stop_with(f"the server refused the code: {refused.detail or refused.code}")
    except Away as away:
        stop_with(f"the server {server} cannot be reached ({away.why}): is the address right, is the network up?")
    except ValueError as error:
        stop_with(str(error), 2)
    return found
