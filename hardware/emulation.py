"""What all emulators share: a peer that speaks a device's wire protocol, over TCP or a pseudo-terminal, in a thread.

The real drivers talk to it as they talk to the device. `split` sends every byte by itself, as slow lines do.
"""

import os
import pty
import select
import socket
import threading
import tty
from collections.abc import Callable
from typing import Self

Answer = Callable[[bytes], bytes]
"""Takes the bytes that came (in pieces of any size) and gives the bytes to send back."""


class Emulator:
    """Runs `heard` on whatever arrives. `address` is what the driver is to be given."""

    def __init__(self, heard: Answer, over: str = "tcp", split: bool = False) -> None:
        self._heard = heard
        self._split = split
        self._over = threading.Event()
        self._lock = threading.Lock()
        self._peer: int = -1
        self._listening: socket.socket | None = None
        self._connection: socket.socket | None = None
        self._terminal = -1
        if over == "tcp":
            self._listening = socket.create_server(("127.0.0.1", 0))
            self.address = f"tcp://127.0.0.1:{self._listening.getsockname()[1]}"
        else:
            self._peer, self._terminal = pty.openpty()
            tty.setraw(self._terminal)
            self.path = os.ttyname(self._terminal)
            self.address = f"{over}://{self.path}"
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def say(self, data: bytes) -> None:
        """Sends bytes unasked, as scanners and pads do."""
        pieces = [data[at : at + 1] for at in range(len(data))] if self._split else [data]
        with self._lock:
            for piece in pieces:
                self._send(piece)

    def unplug(self) -> None:
        """Cuts the line; a TCP device can be reached again afterwards, a terminal is gone."""
        with self._lock:
            if self._connection is not None:
                self._connection.close()
                self._connection = None
            elif self._terminal >= 0:
                self._over.set()
                os.close(self._terminal)
                os.close(self._peer)
                self._terminal = self._peer = -1

    def close(self) -> None:
        self._over.set()
        self._thread.join(2.0)
        if self._listening is not None:
            self._listening.close()
        self.unplug()

    def _send(self, data: bytes) -> None:
        if self._connection is not None:
            self._connection.sendall(data)
        elif self._peer >= 0:
            os.write(self._peer, data)

    def _run(self) -> None:
        while not self._over.is_set():
            if self._listening is not None and self._connection is None:
                self._accept()
                continue
            data = self._receive()
            if data:
                answer = self._heard(data)
                if answer:
                    self.say(answer)

    def _accept(self) -> None:
        assert self._listening is not None
        if select.select([self._listening], [], [], 0.05)[0]:
            connection, _ = self._listening.accept()
            with self._lock:
                self._connection = connection

    def _receive(self) -> bytes:
        with self._lock:
            file = self._connection.fileno() if self._connection is not None else self._peer
        if file < 0:
            return b""
        try:
            if not select.select([file], [], [], 0.05)[0]:
                return b""
            data = os.read(file, 65536)
        except (OSError, ValueError):
            data = b""
        if not data and self._listening is not None:
            with self._lock:
                if self._connection is not None:
                    self._connection.close()
                self._connection = None
        return data
