"""What is expected: for whoever may come, for the managers, and what would be if."""

from queue_server.contract import outlook
from queue_server.flows import outlooks
from queue_server.web.context import At
from queue_server.web.route import MANAGERS, Answered, Route


async def expected(at: At) -> Answered:
    await at.hall.caught_up()
    return 200, outlooks.for_visitors(at.hall, at.services.clock())


async def forecast(at: At) -> Answered:
    await at.hall.caught_up()
    return 200, await outlooks.forecast(at.hall, at.services.past, at.services.clock())


async def what_if(at: At) -> Answered:
    return 200, await at.services.what_if.try_out(at.ask, at.asked(outlook.WhatIf))


ROUTES = (
    Route(
        method="GET", path="/halls/{hall}/outlook", handler=expected, answers={200: outlook.Outlook},
        about="Waits of each queue now and in the next two hours.", refusals=("NO_SUCH_HALL",),
    ),
    Route(
        method="GET", path="/halls/{hall}/forecast", handler=forecast, roles=MANAGERS,
        answers={200: outlook.Forecast},
        about="The whole forecast with its bands, what it doubts, and how right it has been.",
    ),
    Route(
        method="POST", path="/halls/{hall}/what-if", handler=what_if, roles=MANAGERS, body=outlook.WhatIf,
        answers={200: outlook.WhatIfAnswer}, refusals=("BAD_CHANGE", "FORECAST_AWAY", "INVALID"),
        about="What the waits of the next 90 minutes would be with some changes, and without.",
    ),
)  # fmt: skip
