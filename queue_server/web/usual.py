"""Today against a usual day."""

from queue_server.contract.usual import Usual
from queue_server.web.context import At
from queue_server.web.route import MANAGERS, Answered, Route


async def read(at: At) -> Answered:
    await at.hall.caught_up()
    return 200, await at.services.usual.usual(at.hall)


ROUTES = (
    Route(
        method="GET", path="/halls/{hall}/usual", handler=read, roles=MANAGERS, answers={200: Usual},
        refusals=("ARCHIVE_AWAY",), about="Today so far beside a usual day of its weekday, every quarter of an hour.",
    ),
)  # fmt: skip
