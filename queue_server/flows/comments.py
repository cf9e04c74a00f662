"""Comments: what visitors wrote or touched with their ratings, good ones too, for thirty days."""

import csv
import io
from collections.abc import AsyncIterator, Iterable
from datetime import UTC, datetime, timedelta

from msgspec import UNSET, Struct

from queue_server.contract.comments import Comments, RatingComment
from queue_server.contract.days import day_on_wire
from queue_server.contract.times import rfc3339
from queue_server.domain.calendar import day_of
from queue_server.domain.hall import Hall
from queue_server.domain.rating import RatedStop
from queue_server.domain.refusals import Refusal
from queue_server.flows.acting import Acting, Ask
from queue_server.flows.ratings import Kept
from queue_server.flows.report_files import BOM, safe
from queue_server.languages import Words

KEPT_DAYS = 30
COLUMNS = ("when", "number", "queue", "service", "window", "score", "tags", "comment", "channel")


class Wanted(Struct, frozen=True, kw_only=True):
    """Which comments: days as `YYMMDD`, empty for the last thirty; `score` 0 and `queue` empty for all."""

    first: str = ""
    last: str = ""
    score: int = 0
    queue: str = ""
    words: bool = False
    """Only those with words."""
    limit: int = 200


class CommentFlows:
    """The use cases around comments. All raise `Refusal`."""

    def __init__(self, acting: Acting, kept: Kept) -> None:
        self._acting = acting
        self._kept = kept

    async def listed(self, ask: Ask, wanted: Wanted) -> Comments:
        """The latest first, up to a limit."""
        found: list[RatingComment] = []
        for day in self._days(ask.running.hall, wanted):
            found += (await self._of_day(ask.running.hall, day, wanted))[: wanted.limit + 1 - len(found)]
            if len(found) > wanted.limit:
                break
        return Comments(comments=found[: wanted.limit], more=len(found) > wanted.limit)

    async def file(self, ask: Ask, wanted: Wanted, words: Words) -> AsyncIterator[bytes]:
        """All of them as a CSV, a day at a time; no cell of it is ever taken for a formula."""
        hall = ask.running.hall
        days = self._days(hall, wanted)
        yield (BOM + _lines([tuple(words.say(f"comments.column.{name}") for name in COLUMNS)])).encode()
        for day in days:
            rows = await self._of_day(hall, day, wanted)
            if rows:
                yield _lines(_cells(hall, row, words) for row in rows).encode()

    def _days(self, hall: Hall, wanted: Wanted) -> list[str]:
        if wanted.queue and wanted.queue not in hall.queue_by_id:
            raise Refusal("NO_SUCH_QUEUE", {"queue": wanted.queue})
        today = day_of(hall, self._acting.clock())
        last = wanted.last or max(today, wanted.first)
        return days_between(wanted.first or min(days_before(today, KEPT_DAYS), last), last, today)

    async def _of_day(self, hall: Hall, day: str, wanted: Wanted) -> list[RatingComment]:
        rows = [row for row in await self._kept.comments(hall.id, day) if _suits(row[2], wanted)]
        rows.sort(key=lambda row: (-row[2].rated_at, row[0], row[1]))
        return [_told(stop, record) for _, stop, record in rows]


def days_before(day: str, count: int) -> str:
    """The day so many days before one, as the store names days."""
    return (datetime.strptime(day, "%y%m%d").replace(tzinfo=UTC) - timedelta(days=count)).strftime("%y%m%d")


def days_between(first: str, last: str, today: str) -> list[str]:
    """The days from one to another, latest first, as far as comments can be there. Refuses `INVALID`."""
    if first > last:
        raise Refusal("INVALID", {"field": "to", "problem": "expected no earlier than `from`"})
    kept = (days_before(today, back) for back in range(KEPT_DAYS + 2))  # a day is forgotten when the next one turns
    return [day for day in kept if first <= day <= last]


def _suits(record: RatedStop, wanted: Wanted) -> bool:
    is_right = wanted.score in (0, record.score) and wanted.queue in ("", record.queue)
    return is_right and (bool(record.comment) or not wanted.words)


def _told(stop: int, record: RatedStop) -> RatingComment:
    return RatingComment(
        number=record.number, queue=record.queue, service=record.service, window=record.window, stop=stop,
        score=record.score, tags=record.tags, channel=record.channel, comment=record.comment or UNSET,
        rated_at=rfc3339(record.rated_at),
    )  # fmt: skip


def _lines(rows: Iterable[Iterable[str]]) -> str:
    out = io.StringIO()
    csv.writer(out).writerows([safe(cell) for cell in row] for row in rows)
    return out.getvalue()


def _cells(hall: Hall, row: RatingComment, words: Words) -> tuple[str, ...]:
    service = hall.service_by_id.get(row.service)
    tags = words.say("common.list_comma").join(words.say(f"rating.tag.{tag}") for tag in row.tags)
    return (
        row.rated_at, row.number, row.queue, words.pick(service.names) if service else row.service, str(row.window),
        str(row.score), tags, row.comment or "", words.say(f"comments.channel.{row.channel}"),
    )  # fmt: skip


def file_name(hall: str, first: str, last: str) -> str:
    """What the file is called: plain ASCII, as ids are."""
    days = "-".join(day_on_wire(day) for day in (first, last) if day)
    return f"{hall}-comments{f'-{days}' if days else ''}.csv"
