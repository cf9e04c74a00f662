"""What the futures are made of. All arrays are float64 unless said otherwise; FAR means never."""

from typing import Any, NamedTuple

import numpy as np

Array = np.ndarray[Any, Any]

FAR = 1e12
"""Later than anything, in seconds."""

FREE, CALLED, SERVING, PAUSED, SHUT = range(5)
"""What a window is doing."""

OPENS, CLOSES, PAUSES = range(3)
"""Places in a window's plan of a day; from PAUSES on come pairs of a pause's start and length, FAR behind the last."""


class Crowd(NamedTuple):
    """Who waits now. One row each."""

    queue: Array  # int64
    service: Array  # int64
    turn: Array
    waited: Array  # seconds since they came
    name: Array  # int64: a number that stays theirs, for their chances
    leaves: Array  # chance that a diversion takes them away


class Counters(NamedTuple):
    """The windows. One row each."""

    handicap: Array  # [window, queue] in seconds; FAR where it does not serve the queue
    state: Array  # int64
    since: Array  # seconds in that state; of a free one: that it let people wait, negative if it was idle
    service: Array  # int64: of the visitor there
    turn: Array  # of the visitor there
    pausing: Array  # bool: pauses when that visit ends
    gap: Array  # mean seconds from the end of a visit to the next call
    react: Array  # mean seconds from somebody's coming to the call when it was idle
    pause: Array  # int64: row of the table of pauses
    until: Array  # when the pause is said to end
    opens: Array  # when it opens at the latest, whatever its plan says
    plans: Array  # [window, day, place]
    days: Array  # int64: how many of its plans count
    name: Array  # int64


class Services(NamedTuple):
    """How long things take; means and deviations of logarithms of seconds."""

    mean: Array  # [service, window]
    sigma: Array  # [service]
    doubt: Array  # [service]: deviation of what was learnt
    stop: Array  # [service]: chance of a next stop
    stop_to: Array  # [service, service]: cumulated chances
    queue: Array  # int64 [service]
    quick: Array  # [queue]: added to the logarithm there, as by helpers


class Tables(NamedTuple):
    """Quantile tables (equal steps from 0 to 1) and curves (one point a minute)."""

    residual: Array
    walk: Array
    gap: Array  # in units of the window's mean, as the next
    react: Array
    miss_time: Array
    pause: Array  # [kind, quantile]
    breaks: Array  # breaks beyond the plans, per second at work, by quarters of an hour
    miss: Array  # chance to be missed, by minutes waited
    stay: Array  # chance not to have left, by minutes waited


class Coming(NamedTuple):
    """Who is still to come."""

    edges: Array  # where rates change; the first is 0
    mass: Array  # visitors expected until each edge, from 0
    service: Array  # [bin, service] cumulated chances
    priority: Array  # cumulated chances
    credit: Array  # seconds, by priority
    leave: Array  # [service] chance that a diversion keeps them away
    later: Array  # [service] chance that they come an hour later
    booked_at: Array  # bookings: when they come
    booked_turn: Array
    booked_service: Array  # int64
    booked_show: Array  # chance that they come


class Chance(NamedTuple):
    """What holds for all windows and runs."""

    seed: int
    runs: int
    most: int  # visitors to come that a run can hold
    target: int  # the row of `Crowd` with whose call a run ends, or -1
    shock: float  # deviation of the hall's pace (logarithm) between runs
    out_of_turn: float  # share of calls
    closing: float  # when the hall closes
    horizon: float  # where a run ends


class Found(NamedTuple):
    """What the futures turn out to be."""

    waits: Array  # [run, row of Crowd] until the first call; the horizon if never; -1 for who left before
    came: Array  # [run, place, 4]: when, service, wait and credit of those who came and were called
    came_count: Array  # int64 [run]
    grid: Array  # moments
    lengths: Array  # int64 [run, moment, queue]: how many wait
