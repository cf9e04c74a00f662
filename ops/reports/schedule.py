"""Reports that go out by themselves: when a day, week or month is over, by mail, once to each receiver.

What went out is remembered in the archive, so another caretaker does not send it again. A message that a service did
not take is tried until it is too late to be news; what has no way to go but the file of messages is written there.
"""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Protocol
from urllib.parse import urlencode

import structlog
from msgspec import Struct

from queue_server.contract.days import day_on_wire
from queue_server.domain.calendar import local
from queue_server.domain.hall import Hall
from queue_server.domain.messages import Again, Contact, Delivery, Refused
from queue_server.domain.report import ReportMail, bounds
from queue_server.flows.ports import Clock
from queue_server.settings import Settings

if TYPE_CHECKING:
    from ops.archive.database import Archive

LOOK_S = 30.0
NEWS_DAYS = 3
"""So many days after its span a report is still news: nobody gets last month's because a file was changed today."""
EXPIRES_S = 3 * 24 * 3600
BY = "queue"
"""How the page that the mail leads to is broken down."""

log = structlog.get_logger()


class Due(Struct, frozen=True, kw_only=True):
    """A report that should be with its receiver."""

    mail: ReportMail
    first: str
    last: str

    @property
    def receiver(self) -> str:
        """By what the archive knows who got it: addresses are not kept there."""
        return sha256(self.mail.to.encode()).hexdigest()[:24]

    def id(self, hall: str) -> str:
        """Of its message: the same for every attempt."""
        return f"report-{hall}-{self.mail.every}-{self.last}-{self.receiver[:8]}"[:64]


class Mailer(Protocol):
    """A channel, as `queue_server.channels` has them."""

    name: str

    def carries(self, contact: Contact) -> bool: ...
    async def send(self, delivery: Delivery) -> None: ...


def due(mails: Sequence[ReportMail], now: datetime) -> list[Due]:
    """What should have gone out by now, on the hall's own clock."""
    found = []
    for mail in mails:
        first, last = ended(mail.every, now.date())
        begins = datetime.combine(last + timedelta(days=1), datetime.min.time(), now.tzinfo)
        at = begins + timedelta(minutes=mail.at_min)
        if at <= now < at + timedelta(days=NEWS_DAYS):
            found.append(Due(mail=mail, first=first.strftime("%y%m%d"), last=last.strftime("%y%m%d")))
    return found


def ended(every: str, today: date) -> tuple[date, date]:
    """The latest span that is over."""
    first, _ = bounds(every, today)
    return bounds(every, first - timedelta(days=1))


class Mailing:
    """Sends them for the halls of a caretaker, which `halls` names anew each time."""

    def __init__(
        self,
        halls: Callable[[], Sequence[Hall]],
        settings: Settings,
        clock: Clock,
        ways: Sequence[Mailer] | None = None,
    ) -> None:
        self._halls = halls
        self._settings = settings
        self._clock = clock
        self._ways = ways
        self._archive: Archive | None = None

    async def step(self) -> None:
        """Waits a while, then sends what is due."""
        from ops.archive.database import ArchiveAway

        await asyncio.sleep(LOOK_S)
        try:
            await self.send_due()
        except ArchiveAway:
            return  # whoever archives says so; it is tried again

    async def send_due(self) -> None:
        """Sends what is due, and not sent yet. Raises `ArchiveAway`."""
        from ops.archive.past import NONE  # here: most caretakers send nothing, and need no database for it

        if self._settings.archive in ("", NONE):
            return
        for hall in self._halls():
            for one in due(hall.reports.mail, local(hall, self._clock())):
                await self._send(hall, one)

    async def _send(self, hall: Hall, one: Due) -> None:
        from ops.reports.sending import is_ready, made, remember

        if not await asyncio.to_thread(is_ready, self._opened(), hall.id, one):
            return
        told = await asyncio.to_thread(made, self._opened(), hall, one, self._address(hall, one))
        state = "empty"
        if told is not None:
            state = await self._deliver(self._delivery(hall, one, *told))
        if state:
            await asyncio.to_thread(remember, self._opened(), hall.id, one, self._clock(), state)
            log.info("report sent", hall=hall.id, every=one.mail.every, last=one.last, state=state)

    async def _deliver(self, delivery: Delivery) -> str:
        """`sent`, `written`, `failed`; empty where it is to be tried again."""
        way = next((way for way in self._open_ways() if way.carries(delivery.contact)), None)
        if way is None:
            log.warning("a report has no way to go: no service takes mail", hall=delivery.hall)
            return "failed"
        try:
            await way.send(delivery)
        except Again as error:
            log.warning("a report was not taken; it is tried again", hall=delivery.hall, problem=str(error))
            return ""
        except Refused as error:
            log.warning("a report was refused", hall=delivery.hall, problem=error.problem)
            return "failed"
        return "written" if way.name == "log" else "sent"

    def _delivery(self, hall: Hall, one: Due, title: str, body: str) -> Delivery:
        return Delivery(
            id=one.id(hall.id), hall=hall.id, contact=Contact(mail=one.mail.to), template="report",
            language=one.mail.language, title=title, body=body, page="", link="", at=self._clock(),
            expires_s=EXPIRES_S,
        )  # fmt: skip

    def _address(self, hall: Hall, one: Due) -> str:
        """Of the page of the report; empty where this server does not know its own address."""
        base = self._settings.public_url.rstrip("/")
        query = urlencode({"span": one.mail.every, "date": day_on_wire(one.last), "by": BY})
        return f"{base}/reports/{hall.id}?{query}" if base else ""

    def _open_ways(self) -> Iterable[Mailer]:
        if self._ways is None:
            from queue_server.channels.apprise_ import ByApprise
            from queue_server.channels.log import OutboxLog
            from queue_server.channels.plan import plan_of

            plan = plan_of(self._settings.channels)
            services: list[Mailer] = [ByApprise(service) for service in plan.apprise if service.to == "mail"]
            self._ways = [*services, *([OutboxLog(self._settings.data)] if plan.log.on else [])]
        return self._ways

    def _opened(self) -> "Archive":
        from ops.archive.database import Archive

        if self._archive is None:
            self._archive = Archive(self._settings.archive, make=False)
        return self._archive

    def close(self) -> None:
        """Lets go of the archive."""
        if self._archive is not None:
            self._archive.close()
