"""The protocol's effects as requests, and the server's answers as answers of the protocol."""

from datetime import datetime
from typing import Any

from kiosk.offline.ports import Answered, Arrived, Granted, HandIn, Lease, Outcome, Spurned
from kiosk.offline.slips import IN, Asked, Block, Slip
from queue_server.contract.times import rfc3339
from queue_server.link import Refused


def moment(text: str) -> int:
    """A moment of the wire in ms since the epoch."""
    return round(datetime.fromisoformat(text).timestamp() * 1000)


def lease_body(installation: str, lease: Lease) -> dict[str, Any]:
    return {
        "installation": installation,
        "wanted": [{"queue": queue, "count": count} for queue, count in lease.wanted],
        "held": [_held(block) for block in lease.held],
        "seen": [{"queue": queue, "number": number} for queue, number in lease.seen],
    }


def _held(block: Block) -> dict[str, Any]:
    return {
        "id": block.id, "queue": block.queue, "first": block.first, "last": block.last,
        "first_ordinal": block.first_ordinal, "day": block.day,
    }  # fmt: skip


def granted(document: dict[str, Any]) -> Granted:
    """What the server leased. KeyError and ValueError for what is no such answer."""
    at, ends = moment(document["at"]), moment(document["day_ends_at"])
    return Granted(tuple(_block(row, at, ends) for row in document["leases"]), str(document.get("epoch", "")))


def _block(row: dict[str, Any], at: int, ends: int) -> Block:
    return Block(
        id=str(row["id"]), queue=str(row["queue"]), first=int(row["first"]), last=int(row["last"]),
        first_ordinal=int(row["first_ordinal"]), day=str(row["day"]), granted_at=at, day_ends_at=ends,
        tokens=tuple(map(str, row.get("tokens", ()))),
    )  # fmt: skip


def hand_in_body(installation: str, hand_in: HandIn) -> dict[str, Any]:
    return {"installation": installation, "tickets": [_ticket(slip, hand_in.printed) for slip in hand_in.slips]}


def _ticket(slip: Slip, printed: bool) -> dict[str, Any]:
    asked = slip.asked
    document: dict[str, Any] = {
        "lease": slip.lease, "day": slip.day, "queue": asked.queue, "number": slip.number, "ordinal": slip.ordinal,
        "service": asked.service, "priority": asked.priority, "taken_at": rfc3339(slip.taken_at), "printed": printed,
    }  # fmt: skip
    more = {"language": asked.language, "voice": asked.voice, "person": asked.person, "insist": asked.insist}
    return document | {name: value for name, value in more.items() if value}


def answered(document: dict[str, Any]) -> Answered:
    """What became of the slips. KeyError for what is no such answer."""
    return Answered(
        tuple(
            Outcome(str(row["outcome"]), ticket=row.get("ticket"), problem=row.get("problem"))
            for row in document["tickets"]
        )
    )


def arrived(ticket: dict[str, Any], language: str) -> Arrived:
    """The server's own ticket as a slip, in `language` where it asks for no other. KeyError and ValueError for none."""
    day, _, ordinal = str(ticket["id"]).rpartition("-")
    queue = str(ticket["queue"])
    spoken = language if ticket["language"] == "zh" and language else str(ticket["language"])
    asked = Asked(queue=queue, service=str(ticket["service"]), priority=str(ticket["priority"]), language=spoken)
    slip = Slip(
        counter=0, asked=asked, lease="", day=day, number=int(str(ticket["number"]).removeprefix(queue)),
        ordinal=int(ordinal), token=str(ticket.get("token", "")), taken_at=moment(ticket["issued_at"]), sent=IN,
        known_as=str(ticket["id"]),
    )  # fmt: skip
    return Arrived(slip, ticket)


def spurned(refused: Refused) -> Spurned:
    return Spurned(refused.status, refused.code, refused.facts)
