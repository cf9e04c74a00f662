"""What the processes of a server are told by their parent, on standard input; and how they log."""

import sys
from typing import Any

import msgspec
import structlog

from queue_server.settings import Settings


class Charge(msgspec.Struct, kw_only=True, frozen=True):
    """What a process is told."""

    settings: Settings
    secret: bytes
    several_workers: bool
    instance: str = ""
    """Names this server among those that share a store; its processes come and go under one name."""


def encode(charge: Charge) -> bytes:
    """For a process's standard input."""
    return msgspec.json.encode(charge, enc_hook=str)


def decode(raw: bytes) -> Charge:
    return msgspec.json.decode(raw, type=Charge, dec_hook=_path)


def _path(kind: type, value: Any) -> Any:
    return kind(value)


def logs_to_stderr() -> None:
    """JSON lines on stderr; stdout is for what people asked for."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(),
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
