"""Files that commands write: there only when they are whole, readable by their owner alone; and how far they are."""

import gzip
import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TypeVar, cast

from rich.console import Console
from rich.progress import Progress, track

Item = TypeVar("Item")


@contextmanager
def written(out: Path | None) -> Iterator[IO[bytes]]:
    """Where to write: standard output, or a file that is there only when it is whole; `.gz` packs it."""
    if out is None:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    partial = out.with_name(f".{out.name}.{os.getpid()}")
    try:
        with _opened(partial, out.suffix == ".gz") as file:
            yield file
        partial.replace(out)
    finally:
        partial.unlink(missing_ok=True)


@contextmanager
def _opened(path: Path, is_packed: bool) -> Iterator[IO[bytes]]:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        if not is_packed:
            yield file
            return
        with gzip.open(file, "wb", compresslevel=6) as packed:
            yield cast(IO[bytes], packed)


@contextmanager
def progress(what: str, total: int) -> Iterator[Progress]:
    """A bar with one task, where somebody looks on."""
    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as shown:
        shown.add_task(what, total=total or None)
        yield shown


def passing(what: str, items: Iterable[Item], total: int) -> Iterator[Item]:
    """The items, under a bar of how many of them have passed, where somebody looks on."""
    console = Console(stderr=True)
    yield from track(items, what, total=total, console=console, transient=True, disable=not console.is_terminal)
