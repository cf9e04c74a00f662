"""One-time codes, and proofs of who someone is."""

from queue_server.contract import bookings
from queue_server.web.context import At
from queue_server.web.route import ANYONE, Answered, Route


async def send(at: At) -> Answered:
    return 202, await at.services.codes.send(at.ask, at.asked(bookings.AskCode), at.language, at.origin)


async def prove(at: At) -> Answered:
    proven = await at.services.codes.prove(at.ask, at.asked(bookings.Prove))
    at.proof = proven.proof
    return 200, proven


ROUTES = (
    Route(
        method="POST", path="/halls/{hall}/codes", handler=send, roles=ANYONE, body=bookings.AskCode,
        answers={202: bookings.CodeSent}, refusals=("TOO_MANY",),
        about="Send a one-time code to a phone. The answer is the same whatever the phone.",
    ),
    Route(
        method="POST", path="/halls/{hall}/proofs", handler=prove, roles=ANYONE, body=bookings.Prove,
        answers={200: bookings.Proof}, refusals=("WRONG_CODE", "CODE_EXPIRED"),
        about="Show by its one-time code whose phone this is. The proof, a cookie too, is good for half an hour.",
    ),
)  # fmt: skip
