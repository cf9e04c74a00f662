"""How the kiosk is: one small record that the page, the staff and the server are all told from."""

from dataclasses import dataclass, field
from typing import Any

from hardware.health import WELL, Health
from kiosk.agent.ahead import Ahead
from kiosk.agent.mirror import Mirror
from kiosk.offline.desk import Desk
from queue_server.contract.times import rfc3339
from queue_server.link.health import fitting_facts

PRINTER_CODES = {"PAPER_OUT": "PAPER_OUT", "COVER_OPEN": "COVER_OPEN", "JAMMED": "JAMMED"}


@dataclass(kw_only=True)
class State:
    """What is known beside the desk. Whoever changes it says so to the kiosk."""

    desk: Desk
    name: str = ""
    mirror: Mirror | None = None
    ahead: Ahead | None = None
    """What the server expects, as last heard; None from one that never said."""
    printer: Health = WELL
    fitted: bool = True
    """Whether paper comes out of the printer at all."""
    paper: dict[str, Any] = field(default_factory=dict)
    readers: dict[str, Health] = field(default_factory=dict)
    revoked: bool = False
    others: bool = False
    trouble: tuple[str, ...] = ()
    hotline: str = ""
    person_key: bytes = b""
    """In memory alone."""

    @property
    def online(self) -> bool:
        return self.desk.online and not self.revoked

    @property
    def left(self) -> dict[str, int]:
        """Numbers in reserve, by queue."""
        now = self.desk.clock.now()
        return {queue: self.desk.book.left(queue, now) for queue in (self.mirror.queues if self.mirror else ())}

    @property
    def blocked(self) -> str:
        """Why no ticket can be given now; empty while one can."""
        if self.revoked:
            return "REVOKED"
        if self.mirror is None:
            return "NO_HALL"
        if self.desk.sick:
            return "JOURNAL_FULL"
        if not self.printer.ok:
            return PRINTER_CODES.get(self.printer.code, "PRINTER_OFFLINE")
        if not self.online and not self.desk.clock.knows_day:
            return "DAY_UNKNOWN"
        if not self.online and not any(self.left.values()):
            return "NO_NUMBERS"
        return ""

    def document(self) -> dict[str, Any]:
        """For the page and for `GET /api/status`."""
        desk, now = self.desk, self.desk.clock.now()
        left = self.left
        return {
            "online": self.online,
            "pending": desk.pending,
            "leases": [{"queue": queue, "left": count, **self._lasts(queue)} for queue, count in left.items()],
            "printer": health_row(self.printer) | {"fitted": self.fitted, **self.paper},
            "blocked": self.blocked,
            "left": sum(left.values()),
            "name": self.name,
            "hotline": self.hotline or (self.mirror.hotline if self.mirror else ""),
            "idcard": self._reader("idcard"),
            "scanner": self._reader("scanner"),
            "readers": {kind: health_row(health) for kind, health in self.readers.items()},
            "others": self.others,
            "trouble": list(self.trouble),
            "aside": len(desk.aside()),
            "clock_off": desk.clock.strayed(),
            **({"now": rfc3339(now)} if now else {}),
        }

    def _lasts(self, queue: str) -> dict[str, int]:
        minutes = self.desk.book.minutes_left(queue, self.desk.clock.now())
        return {} if minutes is None else {"minutes_left": minutes}

    def _reader(self, kind: str) -> dict[str, Any] | None:
        """A reader that works; one that is away is not offered to visitors."""
        found = self.readers.get(kind)
        return health_row(found) if found is not None and found.ok else None


def health_row(health: Health) -> dict[str, Any]:
    facts = fitting_facts(health.facts)
    return {"ok": health.ok, "code": health.code, "warnings": list(health.warnings), "facts": facts}


def report(state: State, installation: str, version: str) -> dict[str, Any]:
    """For the server: how each part is."""
    desk = state.desk
    journal = Health(ok=not desk.sick, code="JOURNAL_FULL" if desk.sick else "", warnings=_journal_warnings(state))
    clock = Health(warnings=("CLOCK_OFF",) if desk.clock.strayed() else ())
    parts = {"printer": state.printer, **state.readers, "journal": journal, "clock": clock}
    if not state.fitted:
        del parts["printer"]
    paper = {"paper": state.paper["paper"]} if "paper" in state.paper else {}
    return {
        "installation": installation,
        "version": version,
        "parts": [{"kind": kind, "name": kind, **health_row(health)} for kind, health in parts.items()],
        "pending": desk.pending,
        "leases": [{"queue": queue, "left": left} for queue, left in state.left.items()],
        **paper,
    }


def _journal_warnings(state: State) -> tuple[str, ...]:
    aside = ("TICKETS_ASIDE",) if state.desk.aside() else ()
    return (*state.trouble, *aside)[:16]
