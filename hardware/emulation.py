"""What all emulators share: a peer that speaks a device's wire protocol, over TCP or a pseudo-terminal, in a thread.

The real drivers talk to it as they talk to the device. `split` sends every byte by itself, as slow lines do.
"""

import contextlib
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

LOOK_S = 0.05
CONNECT_S = 5.0


class Emulator:
    """Runs `heard` on whatever arrives. `address` is what the driver is to be given."""

    def __init__(self, heard: Answer, over: str = "tcp", split: bool = False, port: int = 0) -> None:
        self._heard = heard
        self._split = split
        self._over = threading.Event()
        self._connected = threading.Event()
        self._lock = threading.Lock()
        self._peer: int = -1
        self._listening: socket.socket | None = None
        self._connection: socket.socket | None = None
        self._terminal = -1
        if over == "tcp":
            self._listening = socket.create_server(("127.0.0.1", port))
            self.address = f"tcp://127.0.0.1:{self._listening.getsockname()[1]}"
        else:
            self._peer, self._terminal = pty.openpty()
            tty.setraw(self._terminal)
            os.set_blocking(self._peer, False)
            self.path = os.ttyname(self._terminal)
            self.address = f"{over}://{self.path}"
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def say(self, data: bytes) -> None:
        """Sends bytes unasked, as scanners and pads do; over TCP to the driver that is connected, or soon will be.

        Waits, as a line does, when it is full and nobody reads.
        """
        self._wait_for_driver()
        pieces = [data[at : at + 1] for at in range(len(data))] if self._split else [data]
        with self._lock:
            for piece in pieces:
                self._send(piece)

    def unplug(self) -> None:
        """Cuts the line; a TCP device can be reached again afterwards, a terminal is gone."""
        self._wait_for_driver()
        if self._listening is None:
            self._stop()
        with self._lock:
            self._hang_up()
            if self._terminal >= 0:
                os.close(self._terminal)
                os.close(self._peer)
                self._terminal = self._peer = -1

    def close(self) -> None:
        self._stop()
        if self._listening is not None:
            self._listening.close()
        self.unplug()

    def _stop(self) -> None:
        # the thread must not look at a file that was closed: its number may be another file's by then
        self._over.set()
        if threading.current_thread() is not self._thread:
            self._thread.join()

    def _wait_for_driver(self) -> None:
        if self._listening is not None and not self._over.is_set():
            self._connected.wait(CONNECT_S)

    def _hang_up(self) -> None:
        if self._connection is not None:
            with contextlib.suppress(OSError):
                self._connection.shutdown(socket.SHUT_RDWR)
        self._connection = None
        self._connected.clear()

    def _send(self, data: bytes) -> None:
        with contextlib.suppress(OSError):  # whoever listened is gone, as with a real line
            if self._connection is not None:
                self._connection.sendall(data)
            else:
                self._type(data)

    def _type(self, data: bytes) -> None:
        while data and self._peer >= 0 and not self._over.is_set():
            if select.select([], [self._peer], [], LOOK_S)[1]:
                data = data[os.write(self._peer, data) :]

    def _run(self) -> None:
        while not self._over.is_set():
            if self._listening is None:
                self._listen_to(self._peer)
            elif select.select([self._listening], [], [], LOOK_S)[0]:
                with self._listening.accept()[0] as connection:
                    self._serve(connection)

    def _serve(self, connection: socket.socket) -> None:
        with self._lock:
            self._connection = connection
            self._connected.set()
        # a line that was cut brings nothing more, not even what had arrived before the cut
        while not self._over.is_set() and self._connection is connection and self._listen_to(connection.fileno()):
            pass
        with self._lock:
            self._hang_up()

    def _listen_to(self, file: int) -> bool:
        """Hears and answers once; False when the other end is gone."""
        if not select.select([file], [], [], LOOK_S)[0]:
            return True
        try:
            data = os.read(file, 65536)
        except OSError:
            return False
        if data:
            answer = self._heard(data)
            if answer:
                self.say(answer)
        return bool(data)
