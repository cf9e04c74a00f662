"""The hall within one future: who waits where, what is due when, what each window is about."""

from typing import NamedTuple

import numpy as np

from queue_server.domain import calling
from queue_server.forecast.kernel.chances import ODD, PATIENCE, PICK, lot, patience_s
from queue_server.forecast.kernel.compiling import bare, part
from queue_server.forecast.kernel.heaps import push, remove
from queue_server.forecast.kernel.inputs import FAR, Array, Chance, Counters, Tables

comes_before = bare(calling.comes_before)

FREES, COMES, WAKES = range(3)
"""What is due: a window is ready to call, a visitor comes, an idle window looks at its plan."""
KINDS = 3

TOTAL, DUE, NOTED = range(3)
"""Places in `Room.counts`: visitors known, entries due, visitors noted."""


UNKNOWN = -1e12
"""When somebody loses patience of whom nobody had to know it yet."""


class Room(NamedTuple):
    """What changes in a future. Visitors are rows: first those who wait now, then those who come, in order."""

    counts: Array  # int64
    queue: Array  # int64, by visitor
    service: Array  # int64
    name: Array  # int64
    turn: Array
    since: Array  # when they came to the hall; negative for before now
    came: Array  # when they came to be a newcomer of this future; -1 for others
    gone: Array  # when they leave; UNKNOWN until they are at the head of a queue
    turns: Array  # [queue, place]: heaps of who waits
    people: Array  # int64 [queue, place]
    waiting: Array  # int64 [queue]: the heaps' sizes
    due_at: Array  # heap of what is due
    due: Array  # int64
    idle: Array  # bool, by window
    plan: Array  # int64: the day that a window follows
    step: Array  # int64: place of its next pause
    freed: Array  # when it last was ready
    calls: Array  # int64: for its chances
    shift: Array  # by service: how much slower this future is


@part
def new_room(visitors: int, queues: int, windows: int, services: int) -> Room:
    """An empty hall for so many visitors."""
    events = visitors * 3 + windows * 4 + 64
    return Room(
        np.zeros(3, np.int64),
        np.zeros(visitors, np.int64), np.zeros(visitors, np.int64), np.zeros(visitors, np.int64),
        np.zeros(visitors), np.zeros(visitors), np.zeros(visitors), np.zeros(visitors),
        np.zeros((queues, visitors)), np.zeros((queues, visitors), np.int64), np.zeros(queues, np.int64),
        np.zeros(events), np.zeros(events, np.int64),
        np.zeros(windows, np.bool_), np.zeros(windows, np.int64), np.zeros(windows, np.int64),
        np.zeros(windows), np.zeros(windows, np.int64), np.zeros(services),
    )  # fmt: skip


@part
def plan_due(room: Room, at: float, kind: int, number: int) -> None:
    """Notes that something is due; what would not fit any more is left out."""
    size = room.counts[DUE]
    if at < FAR and size < len(room.due):
        room.counts[DUE] = push(room.due_at, room.due, size, at, number * KINDS + kind)


@part
def add_visitor(room: Room, queue: int, service: int, turn: float, since: float, name: int) -> int:
    """A new row; -1 when there is no more room."""
    row = room.counts[TOTAL]
    if row >= len(room.queue):
        return -1
    room.counts[TOTAL] = row + 1
    room.queue[row], room.service[row], room.name[row] = queue, service, name
    room.turn[row], room.since[row], room.came[row], room.gone[row] = turn, since, -1.0, FAR
    return int(row)


@part
def start_waiting(room: Room, row: int) -> None:
    q = room.queue[row]
    room.waiting[q] = push(room.turns[q], room.people[q], room.waiting[q], room.turn[row], row)


@part
def loses_patience(room: Room, tables: Tables, chance: Chance, run: int, row: int) -> float:
    """When a visitor leaves by themselves."""
    u = lot(chance, run, room.name[row], PATIENCE)
    if room.came[row] >= 0:
        return float(room.came[row] + patience_s(tables.stay, 0.0, u))
    waited = -room.since[row]
    return float(patience_s(tables.stay, waited, u) - waited)


@part
def drop_gone(room: Room, tables: Tables, chance: Chance, run: int, q: int, now: float, waits: Array) -> None:
    """Takes those off the head of a queue who have left."""
    while room.waiting[q] > 0:
        row = room.people[q, 0]
        if room.gone[row] == UNKNOWN:
            room.gone[row] = loses_patience(room, tables, chance, run, row)
        if room.gone[row] >= now:
            break
        if row < len(waits):
            waits[row] = -1.0
        room.waiting[q] = remove(room.turns[q], room.people[q], room.waiting[q], 0)


@part
def queue_to_call(
    room: Room, counters: Counters, tables: Tables, chance: Chance, run: int, w: int, now: float, waits: Array
) -> int:
    """The queue whose head is next at a window, by the calling rule; -1 where nobody waits for it."""
    chosen = -1
    for q in range(counters.handicap.shape[1]):
        if counters.handicap[w, q] >= FAR:
            continue
        drop_gone(room, tables, chance, run, q, now, waits)
        if room.waiting[q] > 0 and (
            chosen < 0
            or comes_before(
                room.turns[q, 0], counters.handicap[w, q], room.turns[chosen, 0], counters.handicap[w, chosen]
            )
        ):
            chosen = q
    return chosen


@part
def take_from(room: Room, q: int, chance: Chance, run: int, name: int) -> int:
    """Calls somebody of a queue: its head, or now and then somebody else."""
    place = 0
    if chance.out_of_turn > 0 and lot(chance, run, name, ODD) < chance.out_of_turn:
        place = int(lot(chance, run, name, PICK) * room.waiting[q])
    row = room.people[q, place]
    room.waiting[q] = remove(room.turns[q], room.people[q], room.waiting[q], place)
    return int(row)
