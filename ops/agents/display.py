"""`greenwave display`: the agent of a loudspeaker and of LED panels."""

from typing import Annotated

import typer
import uvloop

from display.agent.charge import CannotStart, Charge, panel_place
from hardware.errors import DeviceError
from hardware.registry import open_speaker
from ops.agents.identity import set_up, who_is
from ops.agents.options import Code, Data, HallId, Server, Token, stop_on_signals, stop_with, take_folder
from ops.charge import logs_to_stderr

Zone = Annotated[str, typer.Option(help="Only these zones, `A` or `A,B`.", show_default="the whole hall")]
Speaker = Annotated[str, typer.Option(help="alsa:, alsa:DEVICE or file://DIR.", show_default="nobody speaks")]
Panels = Annotated[
    list[str] | None,
    typer.Option("--panel", help="tcp://HOST:PORT?window=3 or serial:///dev/...?zone=z1; may be repeated."),
]
Port = Annotated[int, typer.Option(min=0, max=65535, help="Port of its own status, on this machine alone; 0: any.")]


def command(
    data: Data,
    server: Server = "",
    token: Token = "",
    hall: HallId = "",
    zone: Zone = "",
    speaker: Speaker = "",
    panel: Panels = None,
    port: Port = 0,
    code: Code = "",
) -> None:
    """The voice that calls numbers, and the LED panels. Screens are pages: /screen/HALL."""
    logs_to_stderr()
    with take_folder(data) as folder:
        if code:
            set_up("display", server, code, data, "--speaker alsa:")
            return
        who = who_is("display", data, server, token, hall)
        try:
            charge = Charge(
                server=who.server, hall=who.hall, token=who.token, zone=zone or who.zone,
                installation=folder.installation, data=data,
                speaker=open_speaker(speaker) if speaker else None, speaker_address=speaker,
                panels=tuple(panel_place(address) for address in panel or ()), port=port,
            )  # fmt: skip
            uvloop.run(_work(charge))
        except DeviceError as error:
            stop_with(f"a device cannot be used: {error.code} {error.facts}", 2)
        except CannotStart as error:
            stop_with(str(error))
        except ValueError as error:
            stop_with(str(error), 2)


async def _work(charge: Charge) -> None:
    from display.agent.agent import run  # with its voice: other commands start without it

    stop = stop_on_signals()
    await run(charge, stop, lambda url: print(f"ready {url}", flush=True))
