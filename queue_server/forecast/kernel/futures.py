"""One future after another."""

import numpy as np
from numba import njit

from queue_server.forecast.kernel import chances as of
from queue_server.forecast.kernel.chances import at_quantile, lot, normal, on_curve
from queue_server.forecast.kernel.coming import begin_booked, begin_visitors, comes_next
from queue_server.forecast.kernel.compiling import bare, part
from queue_server.forecast.kernel.hall import (
    COMES,
    DUE,
    FREES,
    KINDS,
    NOTED,
    WAKES,
    Room,
    add_visitor,
    new_room,
    plan_due,
    queue_to_call,
    start_waiting,
    take_from,
)
from queue_server.forecast.kernel.heaps import remove
from queue_server.forecast.kernel.inputs import (
    CALLED,
    CLOSES,
    FAR,
    PAUSES,
    SERVING,
    Array,
    Chance,
    Coming,
    Counters,
    Crowd,
    Found,
    Services,
    Tables,
)
from queue_server.forecast.kernel.times import ends_now, gap_s, handling_s, pause_ahead_s, pause_due_s, ready_at

STOPS = 30_000_000
"""The first name of those who go on to a next stop: far from all others."""
GOES_ON_S = 900.0
"""A window whose plan ends within this time of the hall's closing goes on while people wait."""


@bare
def begin_windows(room: Room, counters: Counters, services: Services, tables: Tables, chance: Chance, run: int) -> None:
    """Every window, in the middle of what it is about."""
    for w in range(len(counters.state)):
        name = counters.name[w]
        room.idle[w], room.calls[w], room.freed[w] = False, 0, 0.0
        room.plan[w] = min(int(lot(chance, run, name, of.DAY) * counters.days[w]), counters.days[w] - 1)
        room.step[w] = PAUSES
        day = counters.plans[w, room.plan[w]]
        if counters.state[w] == CALLED or counters.state[w] == SERVING:
            finish = ends_now(room, counters, services, tables, chance, run, w)
            go_on(room, services, chance, run, counters.service[w], name, counters.turn[w], finish)
            free = finish + gap_s(counters, tables, chance, run, w, name)
            plan_due(room, free + pause_ahead_s(counters, tables, chance, run, w, free), FREES, w)
        else:
            plan_due(room, ready_at(counters, tables, chance, run, w, day), FREES, w)


@part
def go_on(room: Room, services: Services, chance: Chance, run: int, s: int, name: int, turn: float, at: float) -> None:
    """Some go on to a next stop, with the turn that they have."""
    if services.stop[s] <= 0 or lot(chance, run, name, of.STOP) >= services.stop[s]:
        return
    to = np.searchsorted(services.stop_to[s], lot(chance, run, name, of.STOP_TO))
    if to < len(services.stop):
        row = add_visitor(room, services.queue[to], to, turn, at, STOPS + name)
        if row >= 0:
            plan_due(room, at, COMES, row)


@part
def come(room: Room, counters: Counters, tables: Tables, chance: Chance, run: int, row: int, now: float) -> None:
    """A visitor comes, and one of the idle windows that serve the queue sees it."""
    start_waiting(room, row)
    idle, handicaps, q = room.idle, counters.handicap, room.queue[row]  # looked up once: see docs/decisions/0016
    best, soonest = -1, FAR
    for w in range(len(idle)):
        if idle[w] and handicaps[w, q] < FAR:
            name = counters.name[w] + 4099 * room.calls[w]  # who is slow to see one is slow to see the next
            wait = at_quantile(tables.react, lot(chance, run, name, of.REACT)) * counters.react[w]
            if wait + handicaps[w, q] < soonest:
                best, soonest = w, wait + handicaps[w, q]
    if best >= 0:
        room.idle[best] = False
        room.freed[best] = now
        plan_due(room, now + soonest - handicaps[best, q], FREES, best)


@part
def be_free(
    room: Room, counters: Counters, services: Services, tables: Tables, chance: Chance, run: int, w: int, now: float,
    waits: Array, found: Found,
) -> int:  # fmt: skip
    """A window is ready: it pauses, closes, calls or stays idle. Answers whom it called, or -1."""
    room.idle[w] = False
    room.calls[w] += 1
    name = counters.name[w] + 4099 * room.calls[w]
    day = counters.plans[w, room.plan[w]]
    pause = pause_due_s(room, tables, chance, run, w, name, now, day)
    if pause > 0:
        room.freed[w] = now + pause
        plan_due(room, now + pause, FREES, w)
        return -1
    over = now >= day[CLOSES]
    if over and day[CLOSES] < chance.closing - GOES_ON_S:
        return -1
    q = queue_to_call(room, counters, tables, chance, run, w, now, waits)
    if q < 0:
        if not over:
            room.idle[w] = True
            plan_due(room, max(day[room.step[w]], now + 1.0) if room.step[w] < len(day) else FAR, WAKES, w)
        return -1
    row = take_from(room, q, chance, run, name)
    serve(room, counters, services, tables, chance, run, w, q, row, now)
    note(room, waits, found, run, row, now)
    return row


@part
def serve(
    room: Room, counters: Counters, services: Services, tables: Tables, chance: Chance, run: int, w: int, q: int,
    row: int, now: float,
) -> None:  # fmt: skip
    """From the call to the next: they come and are served, or are missed."""
    name, s = room.name[row], room.service[row]
    if name < 0:  # nobody real: asked only when they would be called
        plan_due(room, now, FREES, w)
        return
    if lot(chance, run, name, of.MISS) < on_curve(tables.miss, now - room.since[row]):
        ends = now + at_quantile(tables.miss_time, lot(chance, run, name, of.MISS_TIME))
    else:
        ends = now + at_quantile(tables.walk, lot(chance, run, name, of.WALK))
        ends += handling_s(services, tables, s, w, q, room.shift[s], 0.0, lot(chance, run, name, of.RESIDUAL))
        go_on(room, services, chance, run, s, name, room.turn[row], ends)
    plan_due(room, ends + gap_s(counters, tables, chance, run, w, name), FREES, w)


@part
def note(room: Room, waits: Array, found: Found, run: int, row: int, now: float) -> None:
    if row < len(waits):
        waits[row] = now
    elif room.came[row] >= 0 and room.counts[NOTED] < found.came.shape[1]:
        place = room.counts[NOTED]
        found.came[run, place, 0] = room.came[row]
        found.came[run, place, 1] = room.service[row]
        found.came[run, place, 2] = now - room.came[row]
        found.came[run, place, 3] = room.came[row] - room.turn[row]
        room.counts[NOTED] = place + 1


@part
def count_waiting(room: Room, found: Found, run: int, point: int) -> None:
    for q in range(len(room.waiting)):
        found.lengths[run, point, q] = room.waiting[q]


@part
def live(
    room: Room, counters: Counters, services: Services, tables: Tables, coming: Coming, chance: Chance, run: int,
    found: Found,
) -> None:  # fmt: skip
    """Lets one future go by."""
    point, waits = 0, found.waits[run]
    came, mass, bin_, last = 0, 0.0, 0, 0.0 if chance.most > 0 else FAR
    while True:
        while last < FAR and (room.counts[DUE] == 0 or last <= room.due_at[0]):
            came, mass, bin_, last = comes_next(room, services, coming, chance, run, came, mass, bin_)
        if room.counts[DUE] == 0:
            break
        now, what = room.due_at[0], room.due[0]
        room.counts[DUE] = remove(room.due_at, room.due, room.counts[DUE], 0)
        while point < len(found.grid) and found.grid[point] <= now:
            count_waiting(room, found, run, point)
            point += 1
        if now > chance.horizon:
            break
        kind, number = what % KINDS, what // KINDS
        if kind == COMES:
            come(room, counters, tables, chance, run, number, now)
        elif kind == FREES or room.idle[number]:
            row = be_free(room, counters, services, tables, chance, run, number, now, waits, found)
            if row == chance.target and row >= 0:
                break
            if chance.target >= 0 and waits[chance.target] < 0:
                break
    while point < len(found.grid):
        count_waiting(room, found, run, point)
        point += 1


@bare
def play(
    crowd: Crowd, counters: Counters, services: Services, tables: Tables, coming: Coming, chance: Chance, room: Room,
    found: Found,
) -> None:  # fmt: skip
    """All futures, one after the other in the same room."""
    for run in range(chance.runs):
        room.counts[:] = 0
        room.waiting[:] = 0
        shock = chance.shock * normal(lot(chance, run, 1, of.SHOCK))
        for s in range(len(room.shift)):
            room.shift[s] = shock + services.doubt[s] * normal(lot(chance, run, s, of.DOUBT))
        begin_visitors(room, crowd, tables, chance, run)
        begin_windows(room, counters, services, tables, chance, run)
        begin_booked(room, services, coming, chance, run)
        live(room, counters, services, tables, coming, chance, run, found)
        found.came_count[run] = room.counts[NOTED]


@njit(cache=True, nogil=True)
def simulate(
    crowd: Crowd, counters: Counters, services: Services, tables: Tables, coming: Coming, chance: Chance, grid: Array
) -> Found:
    """All futures of these windows and visitors. Other threads go on meanwhile."""
    visitors, runs = len(crowd.queue), chance.runs
    queues, windows = counters.handicap.shape[1], counters.handicap.shape[0]
    room = new_room(2 * (visitors + windows + chance.most), queues, windows, len(services.sigma))
    found = Found(
        np.full((runs, visitors), chance.horizon), np.zeros((runs, chance.most, 4)), np.zeros(runs, np.int64),
        grid, np.zeros((runs, len(grid), queues), np.int64),
    )  # fmt: skip
    play(crowd, counters, services, tables, coming, chance, room, found)
    return found
