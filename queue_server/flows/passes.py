"""What a phone shows at the hall: a booking's pass, good for a moment: a photograph of it is soon worth nothing."""

from queue_server.contract import bookings
from queue_server.contract.times import rfc3339
from queue_server.domain.orders import Order
from queue_server.domain.refusals import Refusal
from queue_server.flows.acting import Acting, Ask
from queue_server.flows.admission import Shut
from queue_server.flows.book import Book
from queue_server.flows.booking_codes import CODE_LENGTH
from queue_server.flows.seals import Seals

LIFE_S = 75
HERE = frozenset({"booked", "late"})


class Passes:
    """Makes passes and reads them. Single use comes of itself: a booking is checked in once."""

    def __init__(self, acting: Acting, seals: Seals, book: Book) -> None:
        self._acting = acting
        self._seals = seals
        self._book = book

    async def make(self, ask: Ask, code: str) -> bookings.Pass:
        """A pass for a booking that can still be checked in; by the server's clock alone."""
        record = await self._book.record(ask, code)
        if record.status not in HERE:
            raise Refusal("BOOKING_STATUS", {"status": record.status})
        expires_s = (await self._moment(ask)) // 1000 + LIFE_S
        sealed = self._seals.seal("k", ask.running.hall.id, f"{code}-{expires_s:x}")
        return bookings.Pass(pass_=sealed, expires_at=rfc3339(expires_s * 1000))

    async def _moment(self, ask: Ask) -> int:
        """Now; for a request that is repeated with its key the moment of its first coming."""
        if not ask.key:
            return self._acting.clock()
        acted = await self._acting.act(ask, "stamp", Order(**self._acting.common(ask)))
        return int(acted.rows[0][0])

    def read(self, hall: str, scanned: str) -> tuple[str, Shut]:
        """The code of a pass of this hall, and the refusal of one that is too old: a repeated request still gets its
        first answer. Refuses `NO_SUCH_BOOKING`.
        """
        sealed = self._seals.open(scanned.strip())
        if sealed is None or sealed.kind != "k" or sealed.hall != hall:
            raise Refusal("NO_SUCH_BOOKING")
        code, expires_s = sealed.id[:CODE_LENGTH], int(sealed.id[CODE_LENGTH + 1 :], 16)
        return code, ("PASS_EXPIRED", ()) if self._acting.clock() >= expires_s * 1000 else ("", ())
