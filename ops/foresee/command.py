"""The command `greenwave foresee`."""

import gzip
import sys
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from ops.charge import logs_to_stderr
from ops.compiled import keep_compiled
from ops.hall_files import describe
from queue_server.contract.hall_file import read_hall


def lines_of(path: Path) -> Iterator[bytes]:
    """The lines of a file of events, packed or not."""
    with gzip.open(path, "rb") if path.suffix == ".gz" else path.open("rb") as file:
        yield from file


def foresee(
    hall: Annotated[Path, typer.Option(exists=True, dir_okay=False, help="The hall's file.")],
    history: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="Events of earlier days, .jsonl or .jsonl.gz.")
    ] = None,
) -> None:
    """Events in, one JSON object a line; estimates and advice out. For back-tests: see docs/forecast.md."""
    keep_compiled()
    from ops.foresee.pipe import run  # here: it brings numpy and numba with it

    logs_to_stderr()
    found = read_hall(hall.read_bytes())
    if found.hall is None:
        for mistake in found.mistakes:
            print(describe(hall, mistake), file=sys.stderr)
        raise typer.Exit(1)
    try:
        unheard = run(found.hall, lines_of(history) if history else (), sys.stdin.buffer, sys.stdout.buffer)
    except (OSError, EOFError, zlib.error) as error:
        print(f"the events cannot be read: {error}", file=sys.stderr)
        raise typer.Exit(1) from None
    if unheard:
        print(f"{unheard} lines were no events", file=sys.stderr)
