"""`GET /halls/{hall}/ratings`: what visitors wrote or touched with their ratings."""

from queue_server.contract.bookings import DATE
from queue_server.contract.comments import Comments
from queue_server.contract.days import day_asked
from queue_server.domain.refusals import Refusal
from queue_server.flows.comments import Wanted, file_name
from queue_server.flows.report_files import CSV
from queue_server.languages import Words
from queue_server.web.context import At
from queue_server.web.query import whole
from queue_server.web.route import MANAGERS, Answered, Lines, Param, Route

MOST, USUAL = 5000, 200
YES = ("0", "1")


async def listed(at: At) -> Answered:
    wanted = _wanted(at)
    if not _is_file(at.request.headers.get("Accept", "")):
        return 200, await at.services.comments.listed(at.ask, wanted)
    rest = at.services.comments.file(at.ask, wanted, Words(at.language))
    name = file_name(at.hall.hall.id, wanted.first, wanted.last)
    return 200, Lines(body=await anext(rest), rest=rest, type=CSV, name=name)  # what is refused is, before it begins


def _is_file(accept: str) -> bool:
    kinds = [part.split(";")[0].strip().lower() for part in accept.split(",")]
    return CSV in kinds


def _wanted(at: At) -> Wanted:
    query = at.request.query
    words = query.get("words", "0")
    if words not in YES:
        raise Refusal("INVALID", {"field": "words", "problem": f"expected one of {', '.join(YES)}"})
    return Wanted(
        first=_day(at, "from"),
        last=_day(at, "to"),
        score=whole(query, "score", 5),
        queue=query.get("queue", ""),
        words=words == "1",
        limit=whole(query, "limit", MOST, USUAL),
    )


def _day(at: At, name: str) -> str:
    text = at.request.query.get(name, "")
    day = day_asked(text) if text else ""
    if day is None:
        raise Refusal("INVALID", {"field": name, "problem": "expected a day like 2026-01-31"})
    return day


DAY = {"type": "string", "pattern": f"^(?:|{DATE})$"}
"""Or nothing, as a form says it."""
QUERY = (
    Param(name="from", schema=DAY, about="The first day, of the last thirty"),
    Param(name="to", schema=DAY, about="The last day"),
    Param(name="queue", schema={"type": "string"}, about="Of this queue alone"),
    Param(name="score", schema={"type": "integer", "minimum": 1, "maximum": 5}, about="Of this score alone"),
    Param(name="words", schema={"type": "string", "enum": list(YES)}, about="`1`: only those with words"),
    Param(
        name="limit", schema={"type": "integer", "minimum": 1, "maximum": MOST}, about="At most so many; a file has all"
    ),
)

ROUTES = (
    Route(
        method="GET", path="/halls/{hall}/ratings", handler=listed, roles=MANAGERS, query=QUERY, noted="comments",
        answers={200: Comments}, refusals=("NO_SUCH_QUEUE", "INVALID"),
        about=(
            "What visitors wrote or touched with their ratings, good ones too, of the last thirty days. With"
            " `Accept: text/csv` all of them, as a file."
        ),
    ),
)  # fmt: skip
