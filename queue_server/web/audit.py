"""`GET /halls/{hall}/audit`: who did what, why, when, from where."""

from msgspec import structs

from queue_server.contract.audit import AuditHead, AuditPage, audit_entry
from queue_server.contract.bookings import DATE
from queue_server.contract.days import day_asked
from queue_server.domain.refusals import Refusal
from queue_server.flows.ledger import Wanted
from queue_server.flows.ledger_files import table_of
from queue_server.flows.report_files import CSV
from queue_server.web.context import At
from queue_server.web.endpoint import read_at
from queue_server.web.query import whole
from queue_server.web.route import MANAGERS, Answered, Lines, Param, Route

MOST = 500
USUAL = 100
AT_ONCE = 500
"""Entries of a file that are read together."""
LONGEST = 200
FARTHEST = 10**15
ORDERS = ("newest", "oldest")


async def read(at: At) -> Answered:
    wanted = _wanted(at)
    if CSV in at.request.headers.get("Accept", ""):
        return 200, await _table(at, wanted)
    page = await at.services.ledger.page(at.hall.hall.id, wanted)
    entries = [audit_entry(one.entry, one.whence) for one in page.found]
    more = page.found[-1].entry.n if len(page.found) == wanted.limit else None
    return 200, AuditPage(entries=entries, next=more, head=AuditHead(n=page.head.n, hash=page.head.hash))


async def _table(at: At, wanted: Wanted) -> Lines:
    """All that fits as a file; that it was taken along stands in the ledger, each time."""
    hall = at.hall.hall.id
    rows = table_of(at.services.ledger, hall, structs.replace(wanted, limit=AT_ONCE, after=0))
    first = await anext(rows)  # what is refused is, before anything is noted or begins
    await at.services.noting.note(at.ask, "exported", ("whence", at.whence), ("what", read_at(at.request)[:LONGEST]))
    return Lines(body=first, rest=rows, type=CSV, name=f"{hall}-audit.csv")


def _wanted(at: At) -> Wanted:
    query = at.request.query
    order = query.get("order", "newest")
    if order not in ORDERS:
        raise Refusal("INVALID", {"field": "order", "problem": f"expected one of {', '.join(ORDERS)}"})
    return Wanted(
        first_day=_day(at, "from"),
        last_day=_day(at, "to"),
        actor=_text(at, "actor"),
        ticket=_text(at, "ticket"),
        act=_text(at, "act"),
        after=whole(query, "after", FARTHEST),
        oldest_first=order == "oldest",
        limit=whole(query, "limit", MOST, USUAL),
    )


def _day(at: At, name: str) -> str:
    text = at.request.query.get(name, "")
    day = day_asked(text) if text else ""
    if day is None:
        raise Refusal("INVALID", {"field": name, "problem": "expected a day like 2026-01-31"})
    return day


def _text(at: At, name: str) -> str:
    text = at.request.query.get(name, "").strip()
    if len(text) > LONGEST or not text.isprintable():
        raise Refusal("INVALID", {"field": name, "problem": f"expected up to {LONGEST} printable characters"})
    return text


TEXT = {"type": "string", "maxLength": LONGEST}
PLACE = {"type": "integer", "minimum": 1, "maximum": FARTHEST}
DAY = {"type": "string", "pattern": f"^(?:|{DATE})$"}
"""Or nothing, as a form says it."""
QUERY = (
    Param(name="from", schema=DAY, about="The first day"),
    Param(name="to", schema=DAY, about="The last day"),
    Param(name="actor", schema=TEXT, about="An actor (`window:3`), a role (`window`), or a clerk's name"),
    Param(name="ticket", schema=TEXT, about="A ticket by its id, or by its number of these days"),
    Param(name="act", schema=TEXT, about="An act, such as `TicketCancelled` or `signed_in`"),
    Param(name="order", schema={"enum": list(ORDERS)}, about="`newest` first, by default, or `oldest`"),
    Param(name="after", schema=PLACE, about="`next` of the page before"),
    Param(name="limit", schema={"type": "integer", "minimum": 1, "maximum": MOST}, about="How many at most"),
)

ROUTES = (
    Route(
        method="GET", path="/halls/{hall}/audit", handler=read, roles=MANAGERS, query=QUERY, noted="audit",
        answers={200: AuditPage}, refusals=("ARCHIVE_AWAY", "INVALID"),
        about="The hall's ledger: who did what, why, when and from where. It says too that somebody read it. With "
        "`Accept: text/csv` all that fits, as a file.",
    ),
)  # fmt: skip
