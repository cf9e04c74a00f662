"""What works behind the halls: the store, the archive, the caretaker, and diversion."""

from collections import Counter
from collections.abc import Callable, Iterator
from itertools import product

from queue_server.domain.archive import FOR_EVER_S, SILENT_MS, ArchiveState
from queue_server.domain.diversion import ACTIONS, STATUSES, DiversionRecord
from queue_server.web.metrics.figure import Figure, Row, View

ARCHIVE = ("hall",)


def _archive(what: Callable[[ArchiveState, int], float]) -> Callable[[View], Iterator[Row]]:
    def rows(view: View) -> Iterator[Row]:
        for hall_id, state in view.stage.archive.items():
            if hall_id in view.halls:
                yield (hall_id,), what(state, view.at)

    return rows


def _up(state: ArchiveState, at: int) -> float:
    return float(not state.trouble and at - state.at <= SILENT_MS)


def _late(state: ArchiveState, at: int) -> float:
    """Since when it cannot keep up; one that has fallen silent may not know."""
    since = state.since or (state.at if at - state.at > SILENT_MS else at)
    return max(at - since, 0) / 1000


def _lasts(state: ArchiveState, at: int) -> float:
    return FOR_EVER_S if state.lasts_s < 0 else state.room_s(at)


def _counted(view: View) -> Iterator[Row]:
    for hall_id, found in view.stage.diversions.items():
        times = Counter((row.action, row.status) for row in found)
        yield from (((hall_id, *key), times[key]) for key in product(ACTIONS, STATUSES))


def _answers(view: View) -> Iterator[Row]:
    for hall_id, found in view.stage.diversions.items():
        for action in ACTIONS:
            mine = [row for row in found if row.action == action]
            yield (hall_id, action, "offered"), sum(row.offered for row in mine)
            yield (hall_id, action, "taken"), sum(row.taken for row in mine)


def _effects(view: View) -> Iterator[Row]:
    """Only of diversions that have both, so that the two can be held against each other."""
    for hall_id, found in view.stage.diversions.items():
        for action in ACTIONS:
            mine = [row for row in found if row.action == action]
            yield from (((hall_id, action, which), value) for which, value in _means(mine))


def _means(found: list[DiversionRecord]) -> Iterator[tuple[str, float]]:
    both = [(row.gain_mean_s, row.effect_mean_s) for row in found if row.foreseen and row.measured]
    if both:
        yield "predicted", sum(predicted for predicted, _ in both) / len(both)
        yield "measured", sum(measured for _, measured in both) / len(both)


FIGURES = (
    Figure(name="greenwave_store_up", help="1 while the store answers", rows=lambda view: [((), view.stage.store_up)]),
    Figure(
        name="greenwave_caretakers",
        help="Caretakers that are elected: 1 for each store",
        rows=lambda view: [((), view.stage.elected)],
    ),
    Figure(
        name="greenwave_caretaker_starts",
        help="Caretakers that began their work",
        kind="counter",
        rows=lambda view: [((), view.stage.starts)],
    ),
    Figure(
        name="greenwave_caretaker_takeovers",
        help="Elections of another caretaker than before",
        kind="counter",
        rows=lambda view: [((), view.stage.takeovers)],
    ),
    Figure(name="greenwave_archive_up", help="1 while the archive takes events", labels=ARCHIVE, rows=_archive(_up)),
    Figure(
        name="greenwave_archive_position",
        help="Position up to which the stream is archived",
        labels=ARCHIVE,
        rows=_archive(lambda state, _: state.position),
    ),
    Figure(
        name="greenwave_archive_behind_events",
        help="Events that are not archived yet",
        labels=ARCHIVE,
        rows=_archive(lambda state, _: state.behind),
    ),
    Figure(
        name="greenwave_archive_behind_seconds",
        help="For how long the archive has not kept up",
        labels=ARCHIVE,
        rows=_archive(_late),
    ),
    Figure(
        name="greenwave_archive_room_seconds",
        help="For how long the store can keep what is not archived",
        labels=ARCHIVE,
        rows=_archive(_lasts),
    ),
    Figure(
        name="greenwave_archive_lost_events",
        help="Events that were gone before they were archived",
        labels=ARCHIVE,
        rows=_archive(lambda state, _: state.lost),
    ),
    Figure(
        name="greenwave_diversions_today",
        help="Diversions of the day",
        labels=("hall", "action", "status"),
        rows=_counted,
    ),
    Figure(
        name="greenwave_diversion_offers_today",
        help="Visitors who were offered something faster, and who took it",
        labels=("hall", "action", "answer"),
        rows=_answers,
    ),
    Figure(
        name="greenwave_diversion_gain_seconds",
        help="Mean fall of waits by today's measured diversions",
        labels=("hall", "action", "which"),
        rows=_effects,
    ),
)
