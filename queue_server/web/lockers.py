"""Lockers (E邮柜): put in, collect by code, take out again; and the area that is open around the clock."""

from queue_server.contract import lockers
from queue_server.web.context import At
from queue_server.web.route import DESKS, GATES, HELPERS, TICKET_READERS, Answered, Route

LOCKERS = "/halls/{hall}/lockers"
PARCELS = "/halls/{hall}/parcels"


async def listed(at: At) -> Answered:
    return 200, await at.services.lockers.listed(at.hall.hall)


async def put_in(at: At) -> Answered:
    locker = at.request.match_info["locker"]
    return 201, await at.services.lockers.put_in(at.ask, locker, at.asked(lockers.PutIn))


async def parcels(at: At) -> Answered:
    return 200, await at.services.lockers.parcels(at.ask)


async def collect(at: At) -> Answered:
    return 200, await at.services.lockers.collect(at.ask, at.asked(lockers.CollectParcel))


async def take_out(at: At) -> Answered:
    return 200, await at.services.lockers.take_out(at.ask, at.request.match_info["parcel"])


async def of_ticket(at: At) -> Answered:
    return 200, await at.services.lockers.of_ticket(at.ask, at.ticket)


async def area(at: At) -> Answered:
    return 200, await at.services.areas.read(at.hall)


ROUTES = (
    Route(
        method="GET", path="/halls/{hall}/area", handler=area, answers={200: lockers.Area},
        refusals=("NO_SUCH_HALL",),
        about="The zones that do not keep the hall's hours: what is open there, how many wait, free boxes of lockers.",
    ),
    Route(
        method="GET", path=LOCKERS, handler=listed, answers={200: lockers.Lockers}, refusals=("NO_SUCH_HALL",),
        about="The hall's lockers, and how many boxes of each are free.",
    ),
    Route(
        method="POST", path=LOCKERS + "/{locker}/parcels", handler=put_in, roles=HELPERS, body=lockers.PutIn,
        answers={201: lockers.Parcel},
        refusals=("NO_SUCH_LOCKER", "NO_SUCH_TICKET", "NO_SUCH_SERVICE", "LOCKER_FULL", "BOX_TAKEN", "INVALID"),
        about="Something to be collected goes into a box; its visitor is told the code that opens it.",
    ),
    Route(
        method="GET", path=PARCELS, handler=parcels, roles=DESKS, answers={200: lockers.Parcels},
        about="All that lies in boxes, what is past its time first. No codes.",
    ),
    Route(
        method="POST", path=PARCELS + "/collect", handler=collect, roles=GATES, body=lockers.CollectParcel,
        answers={200: lockers.Parcel}, refusals=("NO_SUCH_CODE", "TOO_MANY_TRIES"),
        about="Open the box of a code, once. A device that sends ten wrong ones waits ten minutes.",
    ),
    Route(
        method="POST", path=PARCELS + "/{parcel}/return", handler=take_out, roles=DESKS,
        answers={200: lockers.Parcel}, refusals=("NO_SUCH_PARCEL", "PARCEL_STATUS"),
        about="Take it out again: its time is over, or it was put in by mistake.",
    ),
    Route(
        method="GET", path="/halls/{hall}/tickets/{ticket}/parcels", handler=of_ticket, roles=TICKET_READERS,
        answers={200: lockers.Parcels}, refusals=("NO_SUCH_TICKET",),
        about="What was put into lockers for a ticket; the code is told to its own visitor alone.",
    ),
)  # fmt: skip
