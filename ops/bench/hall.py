"""Whole servers to measure: `greenwave up` in a temporary folder, its demo hall under as many names as asked for."""

import secrets
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib.resources import files
from pathlib import Path

from msgspec import Struct

from queue_server.contract.hall_file import read_hall
from queue_server.domain.hall import Hall

DEMO_ID = "demo-hall"
STOP_S = 90


class Running(Struct, frozen=True, kw_only=True):
    """A server that accepts requests."""

    url: str
    port: int
    token: str
    store: str
    """The path of its store's socket."""


def demo_text() -> str:
    return (files("ops.demo") / "demo-hall.yaml").read_text(encoding="utf-8")


@cache
def demo_hall() -> Hall:
    """The demo hall."""
    hall = read_hall(demo_text()).hall
    assert hall is not None
    return hall


@contextmanager
def server(folder: Path, halls: tuple[str, ...] = (DEMO_ID,), open_now: bool = True) -> Iterator[Running]:
    """One worker on the embedded store, every write synced to disk; stopped at the end."""
    token = secrets.token_hex(12)
    command = [sys.executable, "-m", "ops.command", "up", "--port", "0", "--data", str(folder / "data")]
    command += ["--admin-token", token, *_hall_options(folder, halls), *(["--open-now"] if open_now else [])]
    with (folder / "server.log").open("wb") as log:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log)
    try:
        yield _ready(process, folder, token)
    finally:
        process.terminate()
        process.communicate(timeout=STOP_S)


def _hall_options(folder: Path, halls: tuple[str, ...]) -> list[str]:
    options = []
    for hall in halls:
        path = folder / f"{hall}.yaml"
        path.write_text(demo_text().replace(f"id: {DEMO_ID}", f"id: {hall}", 1), encoding="utf-8")
        options += ["--hall", str(path)]
    return options


def _ready(process: "subprocess.Popen[bytes]", folder: Path, token: str) -> Running:
    assert process.stdout is not None
    line = process.stdout.readline().decode()
    if not line.startswith("ready "):
        raise RuntimeError(f"the server did not start: {(folder / 'server.log').read_text(encoding='utf-8')}")
    url = line.split()[1]
    store = str(folder / "data" / "store" / "store.sock")
    return Running(url=url, port=int(url.rsplit(":", 1)[1]), token=token, store=store)
