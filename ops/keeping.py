"""What an installation keeps in its data folder: the secret and the admin token, readable by its user alone."""

import os
import secrets
from collections.abc import Callable
from pathlib import Path

SECRET_BYTES = 32


def keep_secret(data: Path) -> bytes:
    """The key of all tokens and person hashes; made at the first start. It stays outside the store."""
    return bytes.fromhex(_kept(data / "secret", lambda: secrets.token_hex(SECRET_BYTES)))


def admin_token_file(data: Path) -> Path:
    return data / "admin-token"


def keep_admin_token(data: Path, given: str) -> str:
    """The admin token: the given one, else the kept one, else a new one."""
    return given or _kept(admin_token_file(data), lambda: secrets.token_urlsafe(24))


def _kept(path: Path, make: Callable[[], str]) -> str:
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        partial = path.with_suffix(".new")
        with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(make())
            file.flush()
            os.fsync(file.fileno())
        partial.rename(path)
    return path.read_text(encoding="ascii").strip()
