"""What may be set: read once, from options and their environment twins, all mistakes listed together."""

from collections.abc import Callable, Mapping
from ipaddress import ip_network
from pathlib import Path
from urllib.parse import urlsplit

from msgspec import Struct

from queue_server.channels.plan import read_plan as read_channels
from queue_server.identity.plan import read_plan as read_services

HIGHEST_PORT = 65535
SLOWEST, FASTEST = 0.1, 1000.0
"""Bounds of a rehearsal's speed."""
LONGEST_NUMBER = 9
ARCHIVES = ("sqlite:///", "postgresql://", "postgresql+psycopg://", "none:")


ReadPlan = Callable[[str], tuple[object, list[str]]]
"""Reads a file's text: what it says, and every mistake in it."""


class Mistakes(Exception):
    """Settings that cannot be used; one line each."""

    def __init__(self, lines: list[str]) -> None:
        super().__init__("\n".join(lines))
        self.lines = lines


class Settings(Struct, frozen=True, kw_only=True):
    """One server's settings."""

    host: str = "127.0.0.1"
    port: int = 8080
    """0 takes any free port."""
    data: Path
    halls: tuple[Path, ...] = ()
    workers: int = 1
    open_now: bool = False
    admin_token: str = ""
    store: str = ""
    """URL of the store; empty for the embedded one."""
    archive: str = ""
    """Address of the archive's database; `none:` for no archive. `read_settings` always says one."""
    codes_per_hour: int = 30
    """One-time codes that one address is sent an hour at most; 0 for any number."""
    proxies: tuple[str, ...] = ()
    """Addresses or networks of our own proxies: what they say of whom they speak for is believed."""
    channels: Path | None = None
    """The channels file: what messages go out by."""
    identity: Path | None = None
    """The identity file: with which services visitors may sign in."""
    public_url: str = ""
    """How phones reach this server, for QR codes; empty: as the request reached it."""
    crowd: bool = False
    """Whether simulated visitors and clerks come."""
    rehearsal_speed: float = 1.0
    """How many times faster than the clock the hall is rehearsed; planned handling times are divided by it."""


def default_data(environment: Mapping[str, str]) -> Path:
    """A folder under the user's data directory."""
    base = environment.get("XDG_DATA_HOME") or str(Path(environment.get("HOME", "/")) / ".local" / "share")
    return Path(base) / "greenwave"


def default_archive(data: Path) -> str:
    """The archive in the data folder."""
    return f"sqlite:///{(data / 'archive.db').absolute()}"


def read_settings(options: Mapping[str, object], environment: Mapping[str, str]) -> Settings:
    """Options win over `GREENWAVE_*`. Raises `Mistakes` with every mistake, each naming what to set."""
    mistakes: list[str] = []

    def text(name: str, twin: str, default: str = "") -> str:
        given = options.get(name)
        return str(given) if given not in (None, "") else environment.get(twin, "") or default

    def whole(name: str, twin: str, default: int, least: int, most: int) -> int:
        given = text(name, twin, str(default))
        is_short = len(given) <= LONGEST_NUMBER
        if not (is_short and given.isascii() and given.isdigit() and least <= int(given) <= most):
            mistakes.append(f"--{name} / {twin}: `{given[:40]}` is not a whole number from {least} to {most}")
            return default
        return int(given)

    def flag(name: str, twin: str) -> bool:
        given = environment.get(twin, "").lower()
        if given not in {"", "0", "1", "true", "false", "yes", "no"}:
            mistakes.append(f"{twin}: `{given}` is neither 1 nor 0")
        return bool(options.get(name)) or given in {"1", "true", "yes"}

    halls = options.get("hall") or [part for part in environment.get("GREENWAVE_HALL", "").split(":") if part]
    paths = tuple(Path(str(path)) for path in (halls if isinstance(halls, list | tuple) else [halls]))
    mistakes += [f"--hall / GREENWAVE_HALL: there is no file `{path}`" for path in paths if not path.exists()]
    token = text("admin_token", "GREENWAVE_ADMIN_TOKEN")
    if token and len(token) < 8:
        mistakes.append("--admin-token / GREENWAVE_ADMIN_TOKEN: too short; take at least 8 characters")
    store = text("store", "GREENWAVE_STORE_URL")
    if store and not store.startswith(("redis://", "rediss://", "valkey://", "valkeys://", "unix://")):
        mistakes.append(f"--store / GREENWAVE_STORE_URL: `{store}` must begin with redis://, valkey:// or unix://")
    elif not _has_port(store):
        mistakes.append(f"--store / GREENWAVE_STORE_URL: `{store}` has no port that is a number")
    data = Path(text("data", "GREENWAVE_DATA", str(default_data(environment)))).absolute()
    archive = text("archive", "GREENWAVE_ARCHIVE", default_archive(data))
    if not archive.startswith(ARCHIVES) or not _has_port(archive):
        like = "sqlite:////FILE, postgresql://USER@HOST/DATABASE or none:"
        mistakes.append(f"--archive / GREENWAVE_ARCHIVE: not an address like {like}")  # itself it may hold a password
    proxies = tuple(part.strip() for part in text("proxies", "GREENWAVE_PROXIES").split(",") if part.strip())
    mistakes += [
        f"--proxies / GREENWAVE_PROXIES: `{part[:40]}` is no address or network, like 10.0.0.0/8"
        for part in proxies if not _is_network(part)
    ]  # fmt: skip
    crowd = text("crowd", "GREENWAVE_CROWD")
    if crowd and _speed(crowd) is None:
        mistakes.append(f"--crowd / GREENWAVE_CROWD: `{crowd[:40]}` is not a speed from {SLOWEST} to {FASTEST}")
    channels = _plan_file("channels", text("channels", "GREENWAVE_CHANNELS"), data, read_channels, mistakes)
    identity = _plan_file("identity", text("identity", "GREENWAVE_IDENTITY"), data, read_services, mistakes)
    settings = Settings(
        host=text("host", "GREENWAVE_HOST", "127.0.0.1"),
        port=whole("port", "GREENWAVE_PORT", 8080, 0, HIGHEST_PORT),
        data=data,
        channels=channels,
        identity=identity,
        halls=paths,
        workers=whole("workers", "GREENWAVE_WORKERS", 1, 1, 64),
        open_now=flag("open_now", "GREENWAVE_OPEN_NOW"),
        admin_token=token,
        store=store,
        archive=archive,
        codes_per_hour=whole("codes_per_hour", "GREENWAVE_CODES_PER_HOUR", 30, 0, 1_000_000),
        proxies=proxies,
        public_url=text("public_url", "GREENWAVE_PUBLIC_URL").rstrip("/"),
        crowd=bool(crowd),
        rehearsal_speed=_speed(crowd) or 1.0,
    )
    if mistakes:
        raise Mistakes(mistakes)
    return settings


def _plan_file(name: str, given: str, data: Path, read: ReadPlan, mistakes: list[str]) -> Path | None:
    """A file of secrets: the given one, else `NAME.toml` in the data folder, if there is any. Mistakes are listed."""
    path = Path(given) if given else data / f"{name}.toml"
    if not given and not path.is_file():
        return None
    option = f"--{name} / GREENWAVE_{name.upper()}"
    try:
        mistakes += [f"{option}: {path}: {line}" for line in read(path.read_text("utf-8"))[1]]
    except (OSError, UnicodeDecodeError):
        mistakes.append(f"{option}: `{path}` cannot be read")
    return path


def _speed(text: str) -> float | None:
    """A speed, or None for what is none."""
    try:
        speed = float(text)
    except ValueError:
        return None
    return speed if SLOWEST <= speed <= FASTEST else None


def _is_network(text: str) -> bool:
    try:
        ip_network(text)
    except ValueError:
        return False
    return True


def _has_port(url: str) -> bool:
    """Whether the port in an address, where there is one, can be one."""
    try:
        urlsplit(url).port  # noqa: B018
    except ValueError:
        return False
    return True
