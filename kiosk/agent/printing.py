"""From a ticket to its paper: what the slip says, and how much paper it took."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from hardware.printer.port import Printer
from kiosk.agent.mirror import Mirror
from kiosk.offline.slips import Slip
from kiosk.paper import Roll, page_of, predicted_end, slip_mm
from kiosk.paper.slip import Names
from kiosk.paper.slip import Slip as PaperSlip

USED_MM, SLIPS = "paper_mm", "paper_slips"
"""What is counted in the journal since the last fresh roll."""
TEST_NUMBER = "A000"
OBSERVED = timedelta(minutes=15)
"""Sooner nobody can tell how fast paper goes today."""


class Printing:
    """Blocking: runs in the printer's own thread. `counted` is told of the paper that went."""

    def __init__(
        self, printer: Printer, paper: str, server: str, mirror: Callable[[], Mirror | None],
        hotline: Callable[[], str], counted: Callable[[float], None],
    ) -> None:  # fmt: skip
        self.printer = printer
        self._paper = paper or None
        self._server = server
        self._mirror, self._hotline, self._counted = mirror, hotline, counted

    def print_slip(self, slip: Slip, ticket: dict[str, Any] | None, copy: bool) -> None:
        """Prints a ticket. Raises `DeviceError`."""
        mirror = self._mirror()
        assert mirror is not None  # no ticket is given before the hall is known
        self._print(self._told(mirror, slip, ticket, copy))

    def print_test(self, now_ms: int) -> None:
        """A page that shows what the printer can do."""
        mirror = self._mirror()
        names = mirror.hall.names if mirror else {"zh": "Greenwave"}
        at = datetime.fromtimestamp(now_ms / 1000, UTC)
        self._print(PaperSlip(hall=names, item={}, number=TEST_NUMBER, at=at, url=self._server, test=True))

    def _print(self, slip: PaperSlip) -> None:
        if not self.printer.profile.fitted:
            return
        page = page_of(slip, self.printer.profile, self._paper)
        self.printer.print(page)
        self._counted(slip_mm(page))

    def _told(self, mirror: Mirror, slip: Slip, ticket: dict[str, Any] | None, copy: bool) -> PaperSlip:
        hall, asked, known = mirror.hall, slip.asked, ticket or {}
        service, queue = hall.service_by_id.get(asked.service), hall.queue_by_id.get(asked.queue)
        zone = hall.zone_by_id.get(hall.zone_of(asked.queue))
        wait = known.get("wait_s")
        return PaperSlip(
            hall=hall.names,
            item=service.names if service else {},
            queue=queue.names if queue else {},
            number=slip.text,
            at=datetime.fromtimestamp(slip.taken_at / 1000, UTC),
            timezone=hall.timezone,
            language=asked.language or "zh",
            zone=zone.names if zone else {},
            floor=zone.floor if zone else None,
            ahead=known.get("ahead"),
            wait_s=(wait["p10"], wait["p90"]) if wait else None,
            path=tuple(_stop(mirror, row) for row in known.get("path", ())),
            booked=datetime.fromisoformat(known["booked_for"]) if known.get("booked_for") else None,
            windows=tuple(mirror.windows_of(asked.queue)),
            outside=known.get("entry", {}).get("state") == "outside",
            missing=tuple(paper["names"] for paper in known.get("papers", {}).get("missing", ())),
            url=f"{self._server}/t/{slip.token}" if slip.token else "",
            hotline=self._hotline(),
            offline=slip.offline,
            copy=copy,
        )


def _stop(mirror: Mirror, row: dict[str, Any]) -> tuple[Names, Names, datetime | None]:
    """A stop of the server's path as paper tells it: the first of its items, and where."""
    zone = mirror.hall.zone_by_id.get(row["zone"])
    opens = row.get("not_before")
    return row["names"][0], zone.names if zone else {"zh": ""}, datetime.fromisoformat(opens) if opens else None


class Usage:
    """How much of the roll is gone. `length_m` is 0 where nobody knows how long a roll is."""

    def __init__(self, length_m: float, counts: dict[str, int], now: datetime) -> None:
        self._length_m = length_m
        self._used_mm, self.slips = counts.get(USED_MM, 0), counts.get(SLIPS, 0)
        self._since, self._since_mm = now, 0

    def add(self, used_mm: float) -> dict[str, int]:
        """Notes a slip; gives what the journal is to count."""
        more = {USED_MM: round(used_mm), SLIPS: 1}
        self._used_mm += more[USED_MM]
        self._since_mm += more[USED_MM]
        self.slips += 1
        return more

    def fresh(self) -> dict[str, int]:
        """Somebody put in a fresh roll; gives what the journal is to count."""
        less = {USED_MM: -self._used_mm, SLIPS: -self.slips}
        self._used_mm = self.slips = 0
        return less

    def document(self, now: datetime) -> dict[str, Any]:
        told: dict[str, Any] = {"printed": self.slips}
        if self._length_m <= 0:
            return told
        roll = Roll(length_m=self._length_m, used_mm=self._used_mm, slips=self.slips)
        told["left_percent"] = roll.left_percent
        if now - self._since < OBSERVED:
            return told
        end = predicted_end(roll, self._since_mm, self._since, now)
        if end is not None and end.year < now.year + 2:
            told["ends_at"] = end.isoformat(timespec="seconds")
        return told
