"""Bookings: made, confirmed, moved, given up, checked in; and missed ones forgiven."""

from msgspec import UNSET, Struct

from queue_server.contract import answers, asks, bookings
from queue_server.domain.refusals import Refusal
from queue_server.flows.admission import Shut
from queue_server.flows.booking_codes import typed
from queue_server.flows.check_in import Arrival, channel_of
from queue_server.flows.projects import Visit
from queue_server.web.context import At
from queue_server.web.route import (
    ANYONE,
    BOOKING_OWNERS,
    DESKS,
    GATES,
    TICKET_READERS,
    Answered,
    Handler,
    Route,
)

PATH = "/halls/{hall}/bookings"
ONE = PATH + "/{code}"


async def hold(at: At) -> Answered:
    return 201, await at.services.booking.hold(at.ask, at.asked(bookings.BookPlace), at.origin)


async def wait(at: At) -> Answered:
    return 201, await at.services.booking.wait(at.ask, at.asked(bookings.JoinWaitingList), at.origin)


async def read(at: At) -> Answered:
    return 200, await at.services.bookings.read(at.ask, at.booking)


async def cancel(at: At) -> Answered:
    return 200, await at.services.bookings.cancel(at.ask, at.booking)


async def confirm(at: At) -> Answered:
    return 200, await at.services.bookings.confirm(at.ask, at.booking, at.asked(bookings.Confirm), at.origin)


async def confirm_again(at: At) -> Answered:
    return 202, await at.services.bookings.confirm_again(at.ask, at.booking, at.origin)


async def move(at: At) -> Answered:
    return 200, await at.services.bookings.move(at.ask, at.booking, at.asked(bookings.Move))


async def messages(at: At) -> Answered:
    wanted = at.asked(bookings.Messages)
    if wanted.on or wanted.all:
        await at.services.silence.mute_visitor(at.ask, at.booking, wanted.on)
    return 200, await at.services.bookings.mute(at.ask, at.booking, wanted)


async def make_pass(at: At) -> Answered:
    return 201, await at.services.passes.make(at.ask, at.booking)


async def check_in_here(at: At) -> Answered:
    wanted = at.asked(bookings.CheckInHere)
    arrival = Arrival(
        code=at.booking, channel=channel_of(at.ask), priority=wanted.priority, voice=wanted.voice,
        position=wanted.position, shown=at.services.check_in.shown(at.ask, at.origin, wanted.id_number, wanted.phone),
    )  # fmt: skip
    return 201, await at.services.check_in.check_in(at.ask, arrival)


async def check_in(at: At) -> Answered:
    wanted = at.asked(bookings.CheckIn)
    if (wanted.pass_ is UNSET) == (wanted.code is UNSET):
        raise Refusal("INVALID", {"field": "code", "problem": "expected either `pass` or `code`"})
    hall = at.hall.hall.id
    shut: Shut = ("", ())
    code = typed(str(wanted.code))
    if wanted.pass_ is not UNSET:
        code, shut = at.services.passes.read(hall, wanted.pass_)
    arrival = Arrival(
        code=code, channel=channel_of(at.ask), priority=wanted.priority, voice=wanted.voice, shut=shut,
        shown=at.services.check_in.shown(at.ask, at.origin, wanted.id_number, wanted.phone),
    )  # fmt: skip
    try:
        return 201, await at.services.check_in.check_in(at.ask, arrival)
    except Refusal as refusal:
        is_project = refusal.code == "NO_SUCH_BOOKING" and await at.services.projects.knows(at.ask, code)
        if not is_project:
            raise
    coming = Visit(
        code=code, channel=arrival.channel, priority=wanted.priority, language=at.language, voice=wanted.voice
    )
    return 201, await at.services.projects.visit(at.ask, coming, at.origin)


async def pardon(at: At) -> Answered:
    return 200, await at.services.bookings.pardon(at.ask, at.asked(bookings.PardonBookings))


SLOT = ("NO_SUCH_SERVICE", "NO_SUCH_WINDOW", "NO_SUCH_SLOT", "SLOT_FULL", "SLOT_PAST", "NOT_BOOKABLE")
MAKE = ("ALREADY_BOOKED", "BOOKINGS_BLOCKED", "QUOTA_REACHED", "TOO_MANY", "CODE_TAKEN")
ON_ONE = ("NO_SUCH_BOOKING", "BOOKING_STATUS")
CHECK_IN = (
    *ON_ONE, "ALREADY_CHECKED_IN", "TOO_EARLY", "NOT_TODAY", "ALREADY_WAITING", "BOOKING_MOVED", "POSITION_NEEDED",
    "TOO_FAR", "IDENTITY_NEEDED", "NOT_YOURS",
)  # fmt: skip


def _on_one(name: str, handler: Handler, about: str, body: type[asks.Ask] | None, *refusals: str) -> Route:
    return Route(
        method="POST", path=f"{ONE}/{name}", handler=handler, roles=BOOKING_OWNERS, body=body,
        answers={200: bookings.Booking}, refusals=(*ON_ONE, *refusals), about=about,
    )  # fmt: skip


def _made(path: str, handler: Handler, about: str, body: type[Struct], *refusals: str) -> Route:
    return Route(
        method="POST", path=path, handler=handler, roles=ANYONE, body=body, answers={201: bookings.Booking},
        refusals=refusals, about=about,
    )  # fmt: skip


ROUTES = (
    _made(
        PATH, hold, "Book a slot; held until it is confirmed, where the hall asks for a one-time code. `token` comes"
        " in this answer alone.", bookings.BookPlace, *SLOT, *MAKE,
    ),
    _made(
        "/halls/{hall}/waiting-list", wait, "Wait for any place of a full day: who waits longest is offered the first.",
        bookings.JoinWaitingList, "NO_SUCH_SERVICE", "NO_SUCH_SLOT", "SLOT_PAST", "NOT_BOOKABLE", "NOT_FULL", *MAKE,
    ),
    Route(
        method="GET", path=ONE, handler=read, roles=TICKET_READERS, answers={200: bookings.Booking},
        refusals=("NO_SUCH_BOOKING",), about="A booking as it is now, and its ticket once it is checked in.",
    ),
    Route(
        method="DELETE", path=ONE, handler=cancel, roles=BOOKING_OWNERS, answers={200: bookings.Booking},
        refusals=ON_ONE, about="Give the booking up; its place comes back to others after a while."
        " From its start on it is `missed` instead.",
    ),
    _on_one(
        "confirm", confirm, "Keep a held place, by the one-time code where the hall asks for one.", bookings.Confirm,
        "HOLD_EXPIRED", "WRONG_CODE", "CODE_EXPIRED",
    ),
    Route(
        method="POST", path=f"{ONE}/confirm-again", handler=confirm_again, roles=BOOKING_OWNERS,
        answers={202: bookings.CodeSent}, refusals=(*ON_ONE, "HOLD_EXPIRED", "TOO_MANY"),
        about="Send another one-time code for a held place.",
    ),
    _on_one("move", move, "To another slot.", bookings.Move, *SLOT, "QUOTA_REACHED"),
    _on_one("messages", messages, "Messages about this booking, or none; or none from this hall.", bookings.Messages),
    Route(
        method="POST", path=f"{ONE}/pass", handler=make_pass, roles=BOOKING_OWNERS, answers={201: bookings.Pass},
        refusals=ON_ONE, about="A pass to show at the hall: good for a moment, and for one ticket.",
    ),
    Route(
        method="POST", path=f"{ONE}/check-in", handler=check_in_here, roles=BOOKING_OWNERS, body=bookings.CheckInHere,
        answers={201: answers.Ticket}, refusals=CHECK_IN,
        about="Check in: by the visitor's own phone on the spot, or for them.",
    ),
    Route(
        method="POST", path="/halls/{hall}/check-in", handler=check_in, roles=GATES, body=bookings.CheckIn,
        answers={201: answers.Ticket}, refusals=(*CHECK_IN, "PASS_EXPIRED", "OFFICER_AWAY"),
        about="Check a visitor in by the pass on their phone, or by the code of their booking or of their project.",
    ),
    Route(
        method="POST", path="/halls/{hall}/pardons", handler=pardon, roles=DESKS, body=bookings.PardonBookings,
        answers={200: bookings.Pardoned}, refusals=("NO_SUCH_BOOKING",),
        about="Forgive someone's missed bookings, and end a block.",
    ),
)  # fmt: skip
