"""Ratings (好差评): what may be rated, and the rating itself."""

from queue_server.contract import ratings
from queue_server.web.context import At
from queue_server.web.route import TICKET_READERS, WINDOWS, Answered, Route

RATERS = TICKET_READERS
ONE = "/halls/{hall}/tickets/{ticket}/rating"


async def rate(at: At) -> Answered:
    return 201, await at.services.ratings.rate(at.ask, at.ticket, at.asked(ratings.GiveRating))


async def stops(at: At) -> Answered:
    return 200, await at.services.ratings.stops(at.ask, at.ticket)


async def at_window(at: At) -> Answered:
    found = await at.services.ratings.at_window(at.ask, at.window)
    return (200, found) if found else (204, None)


ROUTES = (
    Route(
        method="POST", path=ONE, handler=rate, roles=RATERS, body=ratings.GiveRating, answers={201: ratings.Rating},
        refusals=("NO_SUCH_TICKET", "NOT_SERVED", "ALREADY_RATED", "WRONG_WINDOW"),
        about=(
            "Rate a finished stop, once, until the end of the hall's next day; a window only what it served. A score of"
            " 1 or 2 opens a case."
        ),
    ),
    Route(
        method="GET", path=ONE, handler=stops, roles=RATERS, answers={200: ratings.FinishedStops},
        refusals=("NO_SUCH_TICKET",), about="The finished stops of a ticket, and which of them were rated.",
    ),
    Route(
        method="GET", path="/halls/{hall}/windows/{window}/rating", handler=at_window, roles=WINDOWS,
        answers={200: ratings.FinishedStop, 204: None}, refusals=("NO_SUCH_WINDOW",),
        about="What this window finished last today, for its rating pad; 204 when it has finished nothing.",
    ),
)  # fmt: skip
