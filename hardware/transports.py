"""The ways to a device: bytes out, bytes in, with a time limit. Blocking, so that drivers stay simple; use a thread.

Addresses: `tcp://HOST:PORT`, `serial:///dev/ttyS0?baud=9600`, `usb://VID:PID` (hexadecimal), `evdev:///dev/input/event3`.
"""

import os
import select
import socket
import termios
from collections.abc import Callable
from typing import Any, Protocol
from urllib.parse import SplitResult, parse_qs, urlsplit

import serial
import usb.core
import usb.util

from hardware.errors import DeviceError

CONNECT_S = 3.0
WRITE_S = 5.0


class Transport(Protocol):
    """An open way to one device. All of it raises `DeviceError`."""

    def write(self, data: bytes, /) -> None:
        """Sends all of it, or raises UNPLUGGED or NOT_ANSWERING."""

    def read(self, most: int, timeout_s: float) -> bytes:
        """What has come, at least one byte; empty when nothing came in time. UNPLUGGED when the other end is gone."""

    def close(self) -> None: ...


class SocketTransport:
    """TCP, as network printers and LED panels speak it."""

    def __init__(self, address: SplitResult) -> None:
        self._at = address.netloc
        if not address.hostname or not address.port:
            raise DeviceError("ADDRESS_WRONG", address=address.geturl())
        try:
            self._socket = socket.create_connection((address.hostname, address.port), CONNECT_S)
        except OSError as error:
            raise DeviceError("NOT_FOUND", address=self._at, said=str(error)) from error
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def write(self, data: bytes) -> None:
        self._socket.settimeout(WRITE_S)
        try:
            self._socket.sendall(data)
        except TimeoutError as error:
            raise DeviceError("NOT_ANSWERING", address=self._at) from error
        except OSError as error:
            raise DeviceError("UNPLUGGED", address=self._at, said=str(error)) from error

    def read(self, most: int, timeout_s: float) -> bytes:
        self._socket.settimeout(max(timeout_s, 0.001))
        try:
            data = self._socket.recv(most)
        except TimeoutError:
            return b""
        except OSError as error:
            raise DeviceError("UNPLUGGED", address=self._at, said=str(error)) from error
        if not data:
            raise DeviceError("UNPLUGGED", address=self._at)
        return data

    def close(self) -> None:
        self._socket.close()


class SerialTransport:
    """A serial port, or what looks like one: a USB adapter, a pseudo-terminal."""

    def __init__(self, address: SplitResult) -> None:
        self._at = address.path
        try:
            baud = int(parse_qs(address.query).get("baud", ["9600"])[0])
            self._port = serial.Serial(address.path, baud, timeout=0, write_timeout=WRITE_S)
        except ValueError as error:
            raise DeviceError("ADDRESS_WRONG", address=address.geturl()) from error
        except OSError as error:
            raise _not_opened(self._at, error) from error

    def write(self, data: bytes) -> None:
        try:
            self._port.write(data)
            self._port.flush()
        except serial.SerialTimeoutException as error:
            raise DeviceError("NOT_ANSWERING", address=self._at) from error
        except (OSError, termios.error) as error:
            raise DeviceError("UNPLUGGED", address=self._at, said=str(error)) from error

    def read(self, most: int, timeout_s: float) -> bytes:
        return _read_file(self._port.fileno(), most, timeout_s, self._at)

    def close(self) -> None:
        self._port.close()


class FileTransport:
    """An input device of the system (`/dev/input/event*`), read only."""

    def __init__(self, address: SplitResult) -> None:
        self._at = address.path
        try:
            self._file = os.open(address.path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY)
        except OSError as error:
            raise _not_opened(self._at, error) from error

    def fileno(self) -> int:
        return self._file

    def write(self, _: bytes, /) -> None:
        raise DeviceError("NOT_ANSWERING", address=self._at)

    def read(self, most: int, timeout_s: float) -> bytes:
        return _read_file(self._file, most, timeout_s, self._at)

    def close(self) -> None:
        os.close(self._file)


class UsbTransport:
    """A USB device with one bulk endpoint each way."""

    def __init__(self, address: SplitResult) -> None:
        self._at = address.netloc
        try:
            vendor, _, product = address.netloc.partition(":")
            found: Any = usb.core.find(idVendor=int(vendor, 16), idProduct=int(product, 16))
        except ValueError as error:
            raise DeviceError("ADDRESS_WRONG", address=address.geturl()) from error
        except usb.core.NoBackendError as error:
            raise DeviceError("MISSING_PROGRAM", address=self._at, program="libusb-1.0") from error
        if found is None:
            raise DeviceError("NOT_FOUND", address=self._at)
        self._device = found
        self._out, self._in = self._claim()

    def _claim(self) -> tuple[Any, Any]:
        try:
            if self._device.is_kernel_driver_active(0):
                self._device.detach_kernel_driver(0)
            self._device.set_configuration()
            interface = self._device.get_active_configuration()[(0, 0)]
        except usb.core.USBError as error:
            raise _not_opened(self._at, error) from error
        ends = [
            usb.util.find_descriptor(
                interface, custom_match=lambda end, way=way: usb.util.endpoint_direction(end.bEndpointAddress) == way
            )
            for way in (usb.util.ENDPOINT_OUT, usb.util.ENDPOINT_IN)
        ]
        return ends[0], ends[1]

    def write(self, data: bytes) -> None:
        try:
            self._out.write(data, int(WRITE_S * 1000))
        except usb.core.USBTimeoutError as error:
            raise DeviceError("NOT_ANSWERING", address=self._at) from error
        except usb.core.USBError as error:
            raise DeviceError("UNPLUGGED", address=self._at, said=str(error)) from error

    def read(self, most: int, timeout_s: float) -> bytes:
        if self._in is None:
            return b""
        try:
            return bytes(self._in.read(max(most, self._in.wMaxPacketSize), max(int(timeout_s * 1000), 1)))
        except usb.core.USBTimeoutError:
            return b""
        except usb.core.USBError as error:
            raise DeviceError("UNPLUGGED", address=self._at, said=str(error)) from error

    def close(self) -> None:
        usb.util.dispose_resources(self._device)


WAYS: dict[str, Callable[[SplitResult], Transport]] = {
    "tcp": SocketTransport,
    "serial": SerialTransport,
    "evdev": FileTransport,
    "usb": UsbTransport,
}


def open_transport(address: str) -> Transport:
    """Opens the way to a device. Raises `DeviceError`: ADDRESS_WRONG, NOT_FOUND, NO_RIGHT, MISSING_PROGRAM."""
    try:
        parts = urlsplit(address)
        way = WAYS.get(parts.scheme)
        _ = parts.port if parts.scheme == "tcp" else None
    except ValueError as error:
        raise DeviceError("ADDRESS_WRONG", address=address) from error
    if way is None or not (parts.netloc or parts.path):
        raise DeviceError("ADDRESS_WRONG", address=address)
    return way(parts)


def _read_file(file: int, most: int, timeout_s: float, at: str) -> bytes:
    try:
        ready, _, _ = select.select([file], [], [], max(timeout_s, 0))
        if not ready:
            return b""
        data = os.read(file, most)
    except BlockingIOError:
        return b""
    except (OSError, ValueError) as error:
        raise DeviceError("UNPLUGGED", address=at, said=str(error)) from error
    if not data:
        raise DeviceError("UNPLUGGED", address=at)
    return data


def _not_opened(at: str, error: Exception) -> DeviceError:
    refused = getattr(error, "errno", None) in {1, 13}
    return DeviceError("NO_RIGHT" if refused else "NOT_FOUND", address=at, said=str(error))
