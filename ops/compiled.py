"""Where what the forecast compiles is kept from start to start: without a place, numba is not even imported."""

import asyncio
import atexit
import contextlib
import hashlib
import os
import shutil
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from queue_server import forecast

VARIABLE = "NUMBA_CACHE_DIR"
FOLDER = "compiled"
"""In the data folder."""
KERNEL = Path(str(forecast.__file__)).parent / "kernel"
LAST = "futures.simulate-*.nbi"
"""What numba writes when all of it is compiled."""


def keep_compiled(own: Path | None = None) -> None:
    """Names a place where numba would find none: `own`, or else one that goes with this process. Before any import.

    What an earlier version of the kernel left there is gone then.
    """
    for place in (*usual_places(os.environ), *((own,) if own else ())):
        _forget_older(place)
    if any(map(_is_writable, usual_places(os.environ))):
        return
    if own is not None and _is_writable(own):
        os.environ[VARIABLE] = str(own)
        return
    with contextlib.suppress(OSError):  # without any place at all it is numba that says so
        os.environ[VARIABLE] = fleeting = tempfile.mkdtemp(prefix="greenwave-compiled-")
        atexit.register(shutil.rmtree, fleeting, ignore_errors=True)


def is_kept(environment: Mapping[str, str], own: Path) -> bool:
    """Whether a server compiles its forecast only once."""
    return any(map(_is_writable, (*usual_places(environment), own)))


def is_compiled() -> bool:
    """Whether this version was compiled and kept before, as far as can be told without numba."""
    since = _written_at()
    kept = (index for place in usual_places(os.environ) for index in place.rglob(LAST))
    return any(index.stat().st_mtime >= since for index in kept)


async def compile_apart() -> None:
    """Compiles in a process of its own, for as long as it takes: here, other tasks would stand still for seconds."""
    process = await asyncio.create_subprocess_exec(sys.executable, "-m", "queue_server.forecast.warm")
    try:
        await process.wait()
    finally:
        if process.returncode is None:
            process.kill()


def usual_places(environment: Mapping[str, str]) -> tuple[Path, ...]:
    """Where numba looks by itself: the folder that it is told, beside the code, the user's cache."""
    cache = environment.get("XDG_CACHE_HOME") or Path("~/.cache").expanduser()
    named = environment.get(VARIABLE)
    return (*((Path(named),) if named else ()), KERNEL / "__pycache__", Path(cache) / "numba")


def _forget_older(place: Path) -> None:
    """numba sees when a function changed, not when one did that is compiled into it: all goes with the first change."""
    since = _written_at()
    apart = (
        f"{KERNEL.name}_{hashlib.sha1(str(KERNEL).encode(), usedforsecurity=False).hexdigest()}"  # as numba calls it
    )
    with contextlib.suppress(OSError):
        for kept in (place if place.parent == KERNEL else place / apart).glob("*.nb?"):
            if kept.stat().st_mtime < since:
                kept.unlink()


def _written_at() -> float:
    """When the newest part of the kernel was, in seconds since the epoch; 0 for one that is not there."""
    return max((source.stat().st_mtime for source in KERNEL.glob("*.py")), default=0.0)


def _is_writable(folder: Path) -> bool:
    """Whether the folder is there to be written, or can be made."""
    there = next((path for path in (folder, *folder.parents) if os.path.lexists(path)), folder)
    return there.is_dir() and os.access(there, os.W_OK | os.X_OK)
