"""Devices: their tokens made, listed, revoked; what they say of themselves, and what they showed."""

from queue_server.contract import answers, asks, devices
from queue_server.domain.refusals import Refusal
from queue_server.web.context import At
from queue_server.web.route import ANYONE, DEVICES, DISPLAYS, HELPERS, KIOSKS, MANAGERS, Answered, Route

PATH = "/halls/{hall}/devices"


async def add(at: At) -> Answered:
    return 201, await at.services.devices.add(at.ask, _known_window(at, at.asked(asks.AddDevice)))


def _known_window(at: At, wanted: asks.AddDevice) -> asks.AddDevice:
    if wanted.window is not None and wanted.window not in at.hall.hall.window_by_number:
        raise Refusal("NO_SUCH_WINDOW", {"window": wanted.window})
    return wanted


async def make_code(at: At) -> Answered:
    return 201, await at.services.links.make_code(at.ask, _known_window(at, at.asked(devices.AskCode)))


async def enrol(at: At) -> Answered:
    return 201, await at.services.links.enrol(at.asked(devices.Enrol).code, at.key)


async def report(at: At) -> Answered:
    return 200, await at.services.health.report(at.ask, at.asked(devices.ReportHealth))


async def shown(at: At) -> Answered:
    await at.services.health.shown(at.ask, at.asked(devices.ShowCalls))
    return 204, None


async def call_help(at: At) -> Answered:
    return 201, await at.services.health.call_help(at.ask)


async def answer_help(at: At) -> Answered:
    return 200, await at.services.health.answer_help(at.ask, at.request.match_info["help"])


async def helps(at: At) -> Answered:
    return 200, devices.Helps(help=await at.services.health.helps(at.ask))


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
    Route(
        method="POST", path=PATH + "/codes", handler=make_code, roles=MANAGERS, body=devices.AskCode,
        answers={201: devices.EnrolCode}, refusals=("INVALID", "NO_SUCH_ZONE", "NO_SUCH_WINDOW"),
        about="A one-time code with which a device enrols itself; read it off the cockpit, type it at the device.",
    ),
    Route(
        method="POST", path="/enrol", handler=enrol, roles=ANYONE, body=devices.Enrol,
        answers={201: devices.Enrolled}, refusals=("CODE_UNKNOWN",),
        about="A new device by its one-time code. Its token comes in this answer alone.",
    ),
    Route(
        method="POST", path="/halls/{hall}/health", handler=report, roles=DEVICES, body=devices.ReportHealth,
        answers={200: devices.Heard},
        about="A device says how it and its parts are: every ten seconds, and at once on a change.",
    ),
    Route(
        method="POST", path="/halls/{hall}/shown", handler=shown, roles=DISPLAYS, body=devices.ShowCalls,
        answers={204: None}, about="A display or loudspeaker says which calls it really showed.",
    ),
    Route(
        method="POST", path="/halls/{hall}/help", handler=call_help, roles=KIOSKS, answers={201: devices.Help},
        about="A visitor at this kiosk asks for a person.",
    ),
    Route(
        method="GET", path="/halls/{hall}/help", handler=helps, roles=KIOSKS | HELPERS, answers={200: devices.Helps},
        about="Today's calls for help, latest first; a kiosk sees its own.",
    ),
    Route(
        method="POST", path="/halls/{hall}/help/{help}/answer", handler=answer_help, roles=HELPERS,
        answers={200: devices.Help}, refusals=("NO_SUCH_HELP",), about="Somebody goes there.",
    ),
)  # fmt: skip
