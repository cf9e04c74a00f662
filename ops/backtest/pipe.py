"""Asks a forecast in lockstep: `greenwave foresee` as a process of its own, or any callable inside this one."""

import os
import shlex
import subprocess
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from time import perf_counter
from typing import Any

import msgspec

Document = dict[str, Any]
Answer = Callable[[bytes], list[bytes]]
GREENWAVE = f"{shlex.quote(sys.executable)} -m ops.command foresee"
END_S = 10.0
"""How long a forecast may take to end after its input."""
ANSWERED = frozenset({"TicketIssued", "Tick"})

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.decode


class BrokenPipe(Exception):
    """The forecast did not keep to the contract."""


class Timed:
    """What each answer to a ticket took (s)."""

    def __init__(self) -> None:
        self.took_s: list[float] = []
        self.cpu_s = 0.0


class InProcess(Timed):
    """A callable that answers lines. Built by `module:function(hall file's bytes, history file or None)`."""

    def __init__(self, factory: str, hall: Path, history: Path | None) -> None:
        super().__init__()
        module, _, name = factory.partition(":")
        self._answer: Answer = getattr(import_module(module), name)(hall.read_bytes(), history)

    def ask(self, event: Document) -> list[Document]:
        line = _encode(event) + b"\n"
        start = perf_counter()
        replies = [_decode(reply) for reply in self._answer(line)]
        took = perf_counter() - start
        self.cpu_s += took
        if event["event"] == "TicketIssued":
            self.took_s.append(took)
        return replies

    def end(self) -> None:
        """Nothing is left open."""


class Piped(Timed):
    """`greenwave foresee` over stdin and stdout. Events that need no answer travel with the next one that does."""

    def __init__(self, command: str, hall: Path, history: Path | None) -> None:
        super().__init__()
        words = [*shlex.split(command), "--hall", str(hall)]
        words += ["--history", str(history)] if history else []
        self._child = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=1 << 16)

    def ask(self, event: Document) -> list[Document]:
        assert self._child.stdin
        asked = event["event"]
        try:
            self._child.stdin.write(_encode(event) + b"\n")
            if asked not in ANSWERED:
                return []
            start = perf_counter()
            self._child.stdin.flush()
        except BrokenPipeError as error:
            raise BrokenPipe(f"the forecast is gone, exit {self._child.wait(END_S)}") from error
        if asked == "TicketIssued":
            replies = [self._read()]
            self.took_s.append(perf_counter() - start)
            return replies
        return self._until_ticked()

    def _until_ticked(self) -> list[Document]:
        replies = [self._read()]
        while replies[-1].get("event") != "Ticked":
            replies.append(self._read())
        return replies

    def _read(self) -> Document:
        assert self._child.stdout
        line = self._child.stdout.readline()
        if not line:
            raise BrokenPipe(f"the forecast ended early, exit {self._child.wait(END_S)}")
        found: Document = _decode(line)
        return found

    def end(self) -> None:
        """Ends the input; a forecast that does not end in time is broken."""
        assert self._child.stdin
        assert self._child.stdout
        self._child.stdin.close()
        rest = self._child.stdout.read()
        _, status, usage = os.wait4(self._child.pid, 0)
        self._child.returncode = os.waitstatus_to_exitcode(status)
        self.cpu_s = usage.ru_utime + usage.ru_stime
        if rest or self._child.returncode:
            raise BrokenPipe(f"exit {self._child.returncode}, and said unasked: {rest[:200]!r}")


class Asking:
    """A forecast for the length of a `with`."""

    def __init__(self, forecast: InProcess | Piped) -> None:
        self.forecast = forecast

    def __enter__(self) -> InProcess | Piped:
        return self.forecast

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None:
            self.forecast.end()
