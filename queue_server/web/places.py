"""The zones of a hall: how many people are in them, and who may come in."""

from queue_server.contract import places
from queue_server.web.context import At
from queue_server.web.route import DESKS, GATES, Answered, Route

ZONES = "/halls/{hall}/zones"


async def listed(at: At) -> Answered:
    return 200, await at.services.crowds.listed(at.hall)


async def count(at: At) -> Answered:
    zone = at.request.match_info["zone"]
    return 200, await at.services.crowds.count(at.ask, zone, at.asked(places.CountPeople))


async def wave(at: At) -> Answered:
    zone = at.request.match_info["zone"]
    return 200, await at.services.crowds.wave(at.ask, zone, at.asked(places.CallWave))


ROUTES = (
    Route(
        method="GET", path=ZONES, handler=listed, answers={200: places.ZonePlaces}, refusals=("NO_SUCH_HALL",),
        about="Every zone: its hours, how many people are in it, how many it holds, how many tickets wait outside.",
    ),
    Route(
        method="POST", path=ZONES + "/{zone}/count", handler=count, roles=GATES, body=places.CountPeople,
        answers={200: places.ZonePlace}, refusals=("NO_SUCH_ZONE", "INVALID"),
        about="A gate tells who came in and went out; `people` instead sets the count, made by hand.",
    ),
    Route(
        method="POST", path=ZONES + "/{zone}/wave", handler=wave, roles=DESKS, body=places.CallWave,
        answers={200: places.Wave}, refusals=("NO_SUCH_ZONE", "ZONE_FULL", "NOBODY_OUTSIDE"),
        about="Let those outside come in, by their turns, as many as there is room for.",
    ),
)  # fmt: skip
