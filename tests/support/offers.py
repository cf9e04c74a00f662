"""Halls that offer visitors something else, and the visitors who answer."""

from typing import Any

import msgspec

from queue_server.domain.hall import Department, Hall, Queue, QueueShare, WindowPlan, Zone
from queue_server.domain.rules import Bookings
from tests.support.client import Answer, HallClient
from tests.support.diversions import by_id
from tests.support.halls import names, service, small_hall

TO_DEVICE = {"action": "guide_to_device", "service": "A-1"}
PHONE = "13812345678"
LATER = {"action": "offer_later", "queue": "A"}
ELSEWHERE = {"action": "offer_hall", "service": "A-1", "to": "other"}


def hall_with(appointment: str = "none", alternatives: tuple[str, ...] = ("self",), **rules: Any) -> Hall:
    """The small hall; a device does A-1, which can be booked where `appointment` says so."""
    plan = small_hall()
    first = msgspec.structs.replace(plan.services[0], alternatives=alternatives, appointment=appointment)
    bookings = Bookings(slot_min=15, walk_in_pct=50, **rules)
    return msgspec.structs.replace(plan, services=(first, *plan.services[1:]), bookings=bookings)


def other_hall() -> Hall:
    """Another hall, where one window does A-1 in its queue K."""
    return Hall(
        id="other", names=names("other"), timezone="Asia/Shanghai", zones=(Zone(id="Z1", names=names("Z1")),),
        departments=(Department(id="D1", names=names("D1"), queue="K"),),
        queues=(Queue(id="K", names=names("K"), zone="Z1", windows=1),), services=(service("A-1", "K"),),
        windows=(WindowPlan(window=1, zone="Z1", queues=(QueueShare(queue="K"),)),),
    )  # fmt: skip


async def waiting(hall: HallClient, ahead: int = 0, phone: str = "") -> tuple[Answer, HallClient]:
    """A ticket that waits behind so many others, and its visitor, of whom the hall knows this phone."""
    for _ in range(ahead):
        await hall.ticket("A-2")
    ticket = await hall.ticket("A-1", **({"visitor": {"phone": phone}} if phone else {}))
    return ticket, hall.as_(ticket["token"])


async def answer(visitor: HallClient, ticket: Answer, begun: Answer, word: str, **more: str) -> Answer:
    body = {"diversion": begun["id"], "answer": word, **more}
    return await visitor.post(f"/tickets/{ticket['id']}/offer", body)


async def taken(hall: HallClient, begun: Answer) -> tuple[object, object]:
    row = (await by_id(hall))[begun["id"]]
    return row["offered"], row["taken"]
