"""A hall falls into parts that do not touch: queues, and the windows that serve them."""

from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct


class Part(Struct, frozen=True, kw_only=True):
    """Queues and windows that depend on each other, and on no others."""

    queues: tuple[str, ...]
    windows: tuple[int, ...]


def parts_of(queues: Iterable[str], served: Mapping[int, Sequence[tuple[str, int]]]) -> list[Part]:
    """The parts of a hall: `served` says which queues each window serves. Every queue is in exactly one part."""
    leader: dict[str, str] = {queue: queue for queue in queues}

    def find(queue: str) -> str:
        while leader.setdefault(queue, queue) != queue:
            leader[queue] = leader[leader[queue]]
            queue = leader[queue]
        return queue

    for shares in served.values():
        for queue, _ in shares:
            leader[find(queue)] = find(shares[0][0])
    together: dict[str, list[str]] = {}
    for queue in sorted(leader):
        together.setdefault(find(queue), []).append(queue)
    windows: dict[str, list[int]] = {}
    for window, shares in sorted(served.items()):
        if shares:
            windows.setdefault(find(shares[0][0]), []).append(window)
    return [Part(queues=tuple(names), windows=tuple(windows.get(first, ()))) for first, names in together.items()]
