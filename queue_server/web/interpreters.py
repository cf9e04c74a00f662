"""Interpreters: the roster, and the visitors who ask for one. Papers looked at beforehand."""

from queue_server.contract import answers, interpreters
from queue_server.web.context import At
from queue_server.web.route import ANYONE, DESKS, HELPERS, MANAGERS, TICKET_READERS, Answered, Route

PATH = "/halls/{hall}/interpreters"
ONE = f"{PATH}/{{interpreter}}"
TICKET = "/halls/{hall}/tickets/{ticket}"
WISH = f"{TICKET}/interpreter"


def _interpreter(at: At) -> str:
    return at.request.match_info["interpreter"]


async def listed(at: At) -> Answered:
    return 200, await at.services.interpreters.listed(at.ask)


async def spoken(at: At) -> Answered:
    return 200, await at.services.interpreters.spoken(at.ask)


async def add(at: At) -> Answered:
    return 201, await at.services.interpreters.keep(at.ask, "", at.asked(interpreters.KeepInterpreter))


async def change(at: At) -> Answered:
    wanted = at.asked(interpreters.KeepInterpreter)
    return 200, await at.services.interpreters.keep(at.ask, _interpreter(at), wanted)


async def remove(at: At) -> Answered:
    await at.services.interpreters.drop(at.ask, _interpreter(at))
    return 204, None


async def duty(at: At) -> Answered:
    return 200, await at.services.interpreters.duty(at.ask, _interpreter(at), at.asked(interpreters.Duty).on)


async def ask_for(at: At) -> Answered:
    wanted = at.asked(interpreters.AskInterpreter)
    return 200, await at.services.interpreters.ask_for(at.ask, at.ticket, wanted.language)


async def do_without(at: At) -> Answered:
    return 200, await at.services.interpreters.do_without(at.ask, at.ticket)


async def assign(at: At) -> Answered:
    wanted = at.asked(interpreters.AssignInterpreter)
    return 200, await at.services.interpreters.assign(at.ask, at.ticket, wanted.interpreter)


async def note(at: At) -> Answered:
    await at.services.interpreters.note(at.ask, at.ticket, at.asked(interpreters.NoteInterpreting).note)
    return 204, None


async def papers(at: At) -> Answered:
    return 200, await at.services.papers.check(at.ask, at.ticket, at.asked(interpreters.CheckPapers).missing)


ASKED = ("NO_SUCH_TICKET", "NO_SUCH_REQUEST")

ROUTES = (
    Route(
        method="GET", path=PATH, handler=listed, roles=DESKS, answers={200: interpreters.Interpreters},
        about="The interpreters of the hall and the day's requests for them.",
    ),
    Route(
        method="GET", path=f"{PATH}/languages", handler=spoken, roles=ANYONE, answers={200: interpreters.Spoken},
        about="For which languages an interpreter can be asked, and how many there are.",
    ),
    Route(
        method="POST", path=PATH, handler=add, roles=MANAGERS, body=interpreters.KeepInterpreter,
        answers={201: interpreters.Interpreter}, about="Put an interpreter on the roster.",
    ),
    Route(
        method="POST", path=ONE, handler=change, roles=MANAGERS, body=interpreters.KeepInterpreter,
        answers={200: interpreters.Interpreter}, refusals=("NO_SUCH_INTERPRETER",),
        about="Change what the roster says of an interpreter.",
    ),
    Route(
        method="DELETE", path=ONE, handler=remove, roles=MANAGERS, answers={204: None},
        refusals=("NO_SUCH_INTERPRETER",), about="Take an interpreter off the roster.",
    ),
    Route(
        method="POST", path=f"{ONE}/duty", handler=duty, roles=DESKS, body=interpreters.Duty,
        answers={200: interpreters.Interpreter}, refusals=("NO_SUCH_INTERPRETER",),
        about="An interpreter comes on duty, or goes: whoever they are with then gets the next one.",
    ),
    Route(
        method="POST", path=WISH, handler=ask_for, roles=TICKET_READERS, body=interpreters.AskInterpreter,
        answers={200: answers.Ticket}, refusals=("NO_SUCH_TICKET", "WRONG_STATUS", "NO_INTERPRETER"),
        about="Ask for an interpreter: the ticket keeps its turn and is called when one is free.",
    ),
    Route(
        method="DELETE", path=WISH, handler=do_without, roles=TICKET_READERS, answers={200: answers.Ticket},
        refusals=ASKED, about="Go on without an interpreter.",
    ),
    Route(
        method="POST", path=f"{WISH}/assign", handler=assign, roles=DESKS, body=interpreters.AssignInterpreter,
        answers={200: answers.Ticket}, refusals=(*ASKED, "NO_SUCH_INTERPRETER", "INTERPRETER_BUSY", "WRONG_STATUS"),
        about="Send one interpreter by hand.",
    ),
    Route(
        method="POST", path=f"{WISH}/note", handler=note, roles=DESKS, body=interpreters.NoteInterpreting,
        answers={204: None}, refusals=ASKED,
        about="What the interpreter writes of it; kept until the end of the next day.",
    ),
    Route(
        method="POST", path=f"{TICKET}/papers", handler=papers, roles=HELPERS, body=interpreters.CheckPapers,
        answers={200: answers.Ticket}, refusals=("NO_SUCH_TICKET", "WRONG_STATUS", "INVALID"),
        about="Note which of the item's papers are missing, before the visitor is called.",
    ),
)  # fmt: skip
