"""Tickets straight into the store, by the same function calls that a server makes, many at a time."""

import time
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

import msgspec
import redis

from queue_server.domain.calendar import day_of
from queue_server.domain.hall import SELF_SERVICE, Hall
from queue_server.domain.orders import AtWindow, Finish, Issue, OpenWindow, Order
from queue_server.store.halls import prefix

BATCH = 400
STEP_MS = 20

Call = tuple[str, Order]
_encode = msgspec.msgpack.Encoder().encode


def now_ms() -> int:
    return time.time_ns() // 1_000_000


def issues(hall: Hall, count: int, at: int, queue: str = "") -> Iterator[Call]:
    """Orders for tickets, over all items of the hall or those of one queue."""
    services = [s for s in hall.services if s.queue != SELF_SERVICE and queue in ("", s.queue)]
    for index in range(count):
        service = services[index % len(services)]
        yield "issue", _issue(hall, service.id, service.queue, at + index * STEP_MS)


def _issue(hall: Hall, service: str, queue: str, at: int, key: str = "") -> Issue:
    return Issue(
        at=at, day=day_of(hall, at), actor="kiosk:01J9Z3K7", key=key, body=key, promise=(240, 600, 1260),
        stops=[(service, queue)], priority="normal", credit_ms=0, channel="kiosk", language="zh", person="",
    )  # fmt: skip


def at_window(hall: Hall, window: int, at: int) -> dict[str, Any]:
    """What every order of a window carries."""
    return {"at": at, "day": day_of(hall, at), "actor": f"window:{window}", "window": window}


def openings(hall: Hall, at: int) -> Iterator[Call]:
    """Orders to open every window for its own queues."""
    for plan in hall.windows:
        queues = [(share.queue, share.handicap_s) for share in plan.queues]
        common = at_window(hall, plan.window, at)
        yield "open_window", OpenWindow(**common, staff=f"clerk {plan.window}", queues=queues)


def lives(hall: Hall, count: int, at: int, keyed: bool = False) -> Iterator[Call]:
    """Orders for whole visits: issued, called, started, finished; with `keyed`, each under an idempotency key."""
    window_of = {queue: windows for queue, windows in hall.windows_of_queue.items() if windows}
    for index, (name, order) in enumerate(issues(hall, count, at)):
        assert isinstance(order, Issue)
        windows = window_of[order.stops[0][1]]
        window = windows[index % len(windows)]
        key = f"{index:022x}" if keyed else ""
        common = at_window(hall, window, order.at + 300_000)
        keys: list[dict[str, Any]] = [
            {"key": f"{part}{key}", "body": f"{part}{key}"} if keyed else {} for part in "abcd"
        ]
        yield name, msgspec.structs.replace(order, **keys[0])
        yield "call_next", AtWindow(**common, **keys[1])
        yield "start", AtWindow(**common, **keys[2])
        yield "finish", Finish(**common, **keys[3], outcome="")


def pour(store: str, hall: str, calls: Iterable[Call]) -> int:
    """Carries out the orders; how many. Raises RuntimeError at the first refusal."""
    client = redis.Redis(unix_socket_path=store, protocol=3)
    done, rest = 0, iter(calls)
    while batch := list(islice(rest, BATCH)):
        pipeline = client.pipeline(transaction=False)
        for name, order in batch:
            pipeline.execute_command("FCALL", f"gw_{name}", 1, prefix(hall), _encode(order))  # type: ignore[no-untyped-call]
        _check(pipeline.execute())
        done += len(batch)
    client.close()
    return done


def _check(replies: list[bytes]) -> None:
    for reply in replies:
        refusal = msgspec.msgpack.decode(reply)[0]
        if refusal:
            raise RuntimeError(f"the store refused: {refusal}")
