"""Windows: what clerks do."""

from queue_server.contract import answers, asks
from queue_server.contract.answer import Answer
from queue_server.web.context import At
from queue_server.web.route import WINDOWS, Answered, Handler, Route
from queue_server.web.tickets import because

PATH = "/halls/{hall}/windows/{window}"


async def read(at: At) -> Answered:
    return 200, await at.services.windows.read(at.ask, at.window)


async def upcoming(at: At) -> Answered:
    rows = await at.services.windows.upcoming(at.ask, at.window)
    told = [
        answers.NextTicket(
            id=row.id, number=row.number, queue=row.queue, service=row.service, priority=row.priority,
            waited_s=row.waited_s, because=because(at.language, row.reason),
        )
        for row in rows
    ]  # fmt: skip
    return 200, answers.NextTickets(next=told)


async def open_window(at: At) -> Answered:
    wanted, duties = await at.services.staff.people.opening(at.ask, at.asked(asks.OpenWindow))
    return 200, await at.services.windows.open(at.ask, at.window, wanted, duties)


async def pause(at: At) -> Answered:
    return 200, await at.services.windows.pause(at.ask, at.window, at.asked(asks.PauseWindow))


async def resume(at: At) -> Answered:
    return 200, await at.services.windows.resume(at.ask, at.window, await at.services.staff.people.duties(at.ask))


async def close(at: At) -> Answered:
    return 200, await at.services.windows.close(at.ask, at.window)


async def call_next(at: At) -> Answered:
    return 200, await at.services.windows.call_next(at.ask, at.window)


async def call(at: At) -> Answered:
    return 200, await at.services.windows.call(at.ask, at.window, at.asked(asks.CallTicket))


async def recall(at: At) -> Answered:
    return 200, await at.services.windows.recall(at.ask, at.window)


async def start(at: At) -> Answered:
    return 200, await at.services.windows.start(at.ask, at.window)


async def hold(at: At) -> Answered:
    return 200, await at.services.windows.hold(at.ask, at.window, at.asked(asks.HoldTicket))


async def no_show(at: At) -> Answered:
    return 200, await at.services.windows.miss(at.ask, at.window)


async def finish(at: At) -> Answered:
    return 200, await at.services.windows.finish(at.ask, at.window, at.asked(asks.FinishTicket))


async def transfer(at: At) -> Answered:
    return 200, await at.services.windows.transfer(at.ask, at.window, at.asked(asks.TransferTicket))


async def undo(at: At) -> Answered:
    return 200, await at.services.windows.undo(at.ask, at.window)


def _window(name: str, handler: Handler, about: str, body: type[asks.Ask] | None, *refusals: str) -> Route:
    return Route(
        method="POST", path=f"{PATH}/{name}", handler=handler, roles=WINDOWS, body=body,
        answers={200: answers.Window}, refusals=("NO_SUCH_WINDOW", *refusals), about=about,
    )  # fmt: skip


def _ticket(name: str, handler: Handler, about: str, body: type[asks.Ask] | None, *refusals: str) -> Route:
    codes: dict[int, type[Answer] | None] = {200: answers.Ticket}
    if name == "call-next":
        codes[204] = None
    return Route(
        method="POST", path=f"{PATH}/{name}", handler=handler, roles=WINDOWS, body=body,
        answers=codes, refusals=("NO_SUCH_WINDOW", *refusals), about=about,
    )  # fmt: skip


CURRENT = ("NO_TICKET", "WRONG_STATUS")
CALLS = ("WINDOW_BUSY", "WINDOW_NOT_OPEN")
ONE = ("NO_SUCH_TICKET", "WRONG_STATUS")
QUEUE = ("NO_SUCH_QUEUE", "WRONG_WINDOW", "WINDOW_NOT_OPEN")
TOO_LATE = ("TOO_LATE", "NOTHING_TO_UNDO")

ROUTES = (
    Route(
        method="GET", path=PATH, handler=read, roles=WINDOWS, answers={200: answers.Window},
        refusals=("NO_SUCH_WINDOW",), about="A window with its current ticket.",
    ),
    Route(
        method="GET", path=f"{PATH}/next", handler=upcoming, roles=WINDOWS, answers={200: answers.NextTickets},
        refusals=("NO_SUCH_WINDOW",), about="The next three that this window would call, and why in this order.",
    ),
    _window(
        "open", open_window, "Open the window, or change the queues of an open one.", asks.OpenWindow,
        *QUEUE, "NOT_CERTIFIED",
    ),
    _window("pause", pause, "Pause: nobody more is called here for now.", asks.PauseWindow, "WINDOW_NOT_OPEN"),
    _window("resume", resume, "Go on after a pause.", None, "WINDOW_NOT_PAUSED", "NOT_CERTIFIED"),
    _window("close", close, "Close the window.", None, *CALLS),
    _ticket("call-next", call_next, "Call the next ticket; 204 when nobody waits.", None, *CALLS),
    _ticket("call", call, "Call one ticket out of turn, named so in the event.", asks.CallTicket, *CALLS, *ONE),
    _ticket("recall", recall, "Call the current ticket again.", None, *CURRENT, "TOO_SOON", "RECALL_LIMIT"),
    _ticket("start", start, "The visitor is here: begin.", None, *CURRENT),
    _ticket("hold", hold, "Set the visitor aside, for some minutes or until reinstated.", asks.HoldTicket, *CURRENT),
    _ticket("no-show", no_show, "Nobody came: the ticket is missed.", None, *CURRENT),
    _ticket("finish", finish, "Done; with stops left on to the next.", asks.FinishTicket, *CURRENT, "NO_NEXT_STOP"),
    _ticket("transfer", transfer, "On to another queue or window.", asks.TransferTicket, *CURRENT, *QUEUE),
    _ticket("undo", undo, "Take back this window's last act on a ticket, within five seconds.", None, *TOO_LATE),
)  # fmt: skip
