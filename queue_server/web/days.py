"""Past days: which there are, and their events, to be played again."""

import msgspec

from queue_server.contract import days
from queue_server.contract.events import for_staff
from queue_server.domain.refusals import Refusal
from queue_server.web.context import At
from queue_server.web.query import whole
from queue_server.web.route import MANAGERS, Answered, Lines, Param, Route

MOST_EVENTS = 2000
FARTHEST = 10**15

_encode_lines = msgspec.json.Encoder().encode_lines


async def listed(at: At) -> Answered:
    found = await at.services.past.days(at.hall.hall.id)
    rows = [days.Day(day=days.day_on_wire(row.day), visits=row.visits, mean_wait_s=row.mean_wait_s) for row in found]
    return 200, days.Days(days=rows)


async def events(at: At) -> Answered:
    text = at.request.match_info["day"]
    day = days.day_asked(text)
    if day is None:
        raise Refusal("NO_SUCH_DAY", {"day": text[:40]})
    query, hall = at.request.query, at.hall.hall
    after = 0 if query.get("after") == "0" else whole(query, "after", FARTHEST)
    found = await at.services.past.day_events(hall.id, day, after, whole(query, "limit", MOST_EVENTS, MOST_EVENTS))
    if not found and not await at.services.past.day_events(hall.id, day, 0, 1):
        raise Refusal("NO_SUCH_DAY", {"day": text})
    return 200, Lines(body=_encode_lines([for_staff(hall, row.position, row.event) for row in found]))


PAGE = (
    Param(
        name="after",
        schema={"type": "integer", "minimum": 0, "maximum": FARTHEST},
        about="The `id` of the last event that was read; from the day's first by default",
    ),
    Param(
        name="limit",
        schema={"type": "integer", "minimum": 1, "maximum": MOST_EVENTS},
        about="How many at most",
    ),
)

ROUTES = (
    Route(
        method="GET", path="/halls/{hall}/days", handler=listed, roles=MANAGERS, answers={200: days.Days},
        refusals=("ARCHIVE_AWAY",), about="The days that the archive has closed, newest first.",
    ),
    Route(
        method="GET", path="/halls/{hall}/days/{day}/events", handler=events, roles=MANAGERS, query=PAGE, noted="day",
        answers={200: Lines}, refusals=("NO_SUCH_DAY", "ARCHIVE_AWAY", "INVALID"),
        about="A day's events in order, one JSON object a line, as staff hear them. An empty answer: no more.",
    ),
)  # fmt: skip
