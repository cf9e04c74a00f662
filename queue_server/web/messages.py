"""Messages: who wants them and who does not, and what became of them."""

from queue_server.contract import messages
from queue_server.domain.refusals import Refusal
from queue_server.languages import Words
from queue_server.web.context import At
from queue_server.web.route import ANYONE, MANAGERS, Answered, Route

OWN = frozenset({"admin", "visitor"})


async def key(at: At) -> Answered:
    return 200, at.services.pushes.key


async def listed(at: At) -> Answered:
    return 200, await at.services.pushes.state(at.hall)


async def keep_for_ticket(at: At) -> Answered:
    return await _keep(at, at.ticket)


async def keep_for_booking(at: At) -> Answered:
    return await _keep(at, at.booking)


async def drop_for_ticket(at: At) -> Answered:
    return await _drop(at, at.ticket)


async def drop_for_booking(at: At) -> Answered:
    return await _drop(at, at.booking)


async def of_ticket(at: At) -> Answered:
    return 200, await at.services.silence.of_ticket(at.ask, at.ticket)


async def mute_ticket(at: At) -> Answered:
    return 200, await at.services.silence.mute_ticket(at.ask, at.ticket, at.asked(messages.MuteTicket).on)


async def _keep(at: At, thing: str) -> Answered:
    try:
        await at.services.pushes.keep(at.ask, thing, at.asked(messages.PushSubscription))
    except Refusal as refusal:
        if refusal.code != "PUSH_REFUSED":
            raise
        problem = Words(at.language).say(f"messages.push_problem.{refusal.facts['problem']}")
        raise Refusal("PUSH_REFUSED", {"problem": problem}) from None
    return 204, None


async def _drop(at: At, thing: str) -> Answered:
    await at.services.pushes.drop(at.ask, thing, at.asked(messages.PushSubscription))
    return 204, None


ON_TICKET = "/halls/{hall}/tickets/{ticket}/push"
ABOUT_TICKET = "/halls/{hall}/tickets/{ticket}/messages"
ON_BOOKING = "/halls/{hall}/bookings/{code}/push"

ROUTES = (
    Route(
        method="GET", path="/halls/{hall}/push-key", handler=key, roles=ANYONE, answers={200: messages.PushKey},
        about="The key that a page subscribes to pushed messages with.",
    ),
    Route(
        method="GET", path="/halls/{hall}/messages", handler=listed, roles=MANAGERS, answers={200: messages.Messages},
        about="What became of messages: today's counts, and the latest.",
    ),
    Route(
        method="POST", path=ON_TICKET, handler=keep_for_ticket, roles=OWN, body=messages.PushSubscription,
        answers={204: None}, refusals=("NO_SUCH_TICKET", "PUSH_REFUSED"),
        about="Messages about this ticket go to this browser from now on.",
    ),
    Route(
        method="DELETE", path=ON_TICKET, handler=drop_for_ticket, roles=OWN, body=messages.PushSubscription,
        answers={204: None}, refusals=("NO_SUCH_TICKET",), about="They do no more.",
    ),
    Route(
        method="GET", path=ABOUT_TICKET, handler=of_ticket, roles=OWN, answers={200: messages.TicketMessages},
        refusals=("NO_SUCH_TICKET",), about="Whether messages come about this ticket, and by what.",
    ),
    Route(
        method="POST", path=ABOUT_TICKET, handler=mute_ticket, roles=OWN, body=messages.MuteTicket,
        answers={200: messages.TicketMessages}, refusals=("NO_SUCH_TICKET",),
        about="Messages about this ticket, or none.",
    ),
    Route(
        method="POST", path=ON_BOOKING, handler=keep_for_booking, roles=OWN, body=messages.PushSubscription,
        answers={204: None}, refusals=("NO_SUCH_BOOKING", "PUSH_REFUSED"),
        about="Messages about this booking, and later its ticket, go to this browser from now on.",
    ),
    Route(
        method="DELETE", path=ON_BOOKING, handler=drop_for_booking, roles=OWN, body=messages.PushSubscription,
        answers={204: None}, refusals=("NO_SUCH_BOOKING",), about="They do no more.",
    ),
)  # fmt: skip
