"""`greenwave archive status`: how far each hall is archived, and what was purged."""

from sqlalchemy import Connection, func, select

from ops.archive.course import read_mark
from ops.archive.database import Archive
from ops.archive.halls import kept_halls
from ops.archive.reaching import has_archive, perhaps_connected
from ops.archive.tables import days, purges
from queue_server.contract.days import day_on_wire
from queue_server.contract.times import rfc3339
from queue_server.domain.archive import ArchiveState
from queue_server.settings import Settings
from queue_server.store.archive import archive_states


async def status(settings: Settings) -> list[str]:
    """A few lines of each hall. Raises `ArchiveAway` and `Hopeless`."""
    if not has_archive(settings):
        return ["there is no archive: --archive is none:"]
    async with perhaps_connected(settings) as store:
        states = await archive_states(store) if store else {}
    archive = Archive(settings.archive, make=False)
    lines = []
    for hall in kept_halls(archive):
        with archive.reading() as connection:
            lines += [_archived(connection, hall), *_state(hall, states), *_purged(connection, hall)]
    return lines or ["nothing is archived yet"]


def _archived(connection: Connection, hall: str) -> str:
    mark = read_mark(connection, hall)
    asked = select(func.count(), func.min(days.c.day), func.max(days.c.day)).where(days.c.hall == hall)
    count, first, last = connection.execute(asked).one()
    span = f", {day_on_wire(first)} to {day_on_wire(last)}" if count else ""
    if mark is None:
        return f"{hall}: nothing is archived yet"
    lost = f", {mark.lost:,} lost" if mark.lost else ""
    return f"{hall}: {mark.id - mark.lost:,} events{lost}, {count} closed days{span}"


def _state(hall: str, states: dict[str, ArchiveState]) -> list[str]:
    state = states.get(hall)
    if state is None:
        return []
    if not state.since:
        return [f"  up to date at {rfc3339(state.at)}"]
    room = f"; the store can keep them for {state.lasts_s // 3600} hours more" if state.lasts_s >= 0 else ""
    why = f" ({state.trouble})" if state.trouble else ""
    return [f"  {state.behind:,} events behind since {rfc3339(state.since)}{why}{room}"]


def _purged(connection: Connection, hall: str) -> list[str]:
    asked = select(purges.c.rule, func.max(purges.c.up_to).label("up_to"), func.sum(purges.c.events).label("events"))
    rows = connection.execute(asked.where(purges.c.hall == hall).group_by(purges.c.rule).order_by(purges.c.rule))
    return [f"  purged up to {day_on_wire(row.up_to)}: {row.rule} of {row.events:,} events" for row in rows]
