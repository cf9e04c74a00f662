"""Binary heaps in arrays: who waits, by turn, and what is due, by time. Equal keys come in order of their names."""

from queue_server.forecast.kernel.compiling import bare
from queue_server.forecast.kernel.inputs import Array


@bare
def goes_before(key: float, name: int, other_key: float, other_name: int) -> bool:
    return key < other_key or (key == other_key and name < other_name)


@bare
def rise(keys: Array, names: Array, at: int, key: float, name: int) -> int:
    """Finds the place of an entry that may belong further up, from `at`, and puts it there; answers the place."""
    while at > 0:
        up = (at - 1) // 2
        if not goes_before(key, name, keys[up], names[up]):
            break
        keys[at], names[at] = keys[up], names[up]
        at = up
    keys[at], names[at] = key, name
    return at


@bare
def sink(keys: Array, names: Array, size: int, at: int, key: float, name: int) -> None:
    """Puts an entry that may belong further down from `at` where it belongs."""
    while True:
        low = 2 * at + 1
        if low >= size:
            break
        if low + 1 < size and goes_before(keys[low + 1], names[low + 1], keys[low], names[low]):
            low += 1
        if not goes_before(keys[low], names[low], key, name):
            break
        keys[at], names[at] = keys[low], names[low]
        at = low
    keys[at], names[at] = key, name


@bare
def push(keys: Array, names: Array, size: int, key: float, name: int) -> int:
    """Adds an entry; answers the new size."""
    rise(keys, names, size, key, name)
    return size + 1


@bare
def remove(keys: Array, names: Array, size: int, at: int) -> int:
    """Takes the entry at a place away (the least is at 0); answers the new size."""
    size -= 1
    if at < size:
        key, name = keys[size], names[size]
        if rise(keys, names, at, key, name) == at:
            sink(keys, names, size, at, key, name)
    return size
