"""Devices: their tokens made, listed, revoked."""

from queue_server.contract import answers, asks
from queue_server.domain.refusals import Refusal
from queue_server.web.context import At
from queue_server.web.route import MANAGERS, Answered, Route

PATH = "/halls/{hall}/devices"


async def add(at: At) -> Answered:
    wanted = at.asked(asks.AddDevice)
    if wanted.window is not None and wanted.window not in at.hall.hall.window_by_number:
        raise Refusal("NO_SUCH_WINDOW", {"window": wanted.window})
    return 201, await at.services.devices.add(at.ask, wanted)


async def listed(at: At) -> Answered:
    return 200, await at.services.devices.listed(at.hall)


async def remove(at: At) -> Answered:
    await at.services.devices.remove(at.ask, at.request.match_info["device"])
    return 204, None


ROUTES = (
    Route(
        method="POST", path=PATH, handler=add, roles=MANAGERS, body=asks.AddDevice, answers={201: answers.Device},
        refusals=("INVALID", "NO_SUCH_ZONE", "NO_SUCH_WINDOW"),
        about="Make a device. Its token comes in this answer alone. A manager makes all but managers.",
    ),
    Route(
        method="GET", path=PATH, handler=listed, roles=MANAGERS, answers={200: answers.Devices},
        about="The hall's devices, without tokens.",
    ),
    Route(
        method="DELETE", path=PATH + "/{device}", handler=remove, roles=MANAGERS, answers={204: None},
        refusals=("NO_SUCH_DEVICE",), about="Revoke a device: refused everywhere within a second.",
    ),
)  # fmt: skip
