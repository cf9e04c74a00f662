"""How a command reaches the store, whether a hall runs on it or not."""

import os
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager, suppress

import redis
from redis.asyncio import Redis

from ops.archive.past import NONE
from queue_server.settings import Mistakes, Settings, read_settings
from queue_server.store.asking import StoreDown, ask
from queue_server.store.connect import connect
from queue_server.store.embedded import AlreadyRunning, EmbeddedStore, StoreFailed


class Hopeless(Exception):
    """Why a command cannot do its work, in one line."""


def settings_of(options: Mapping[str, object]) -> Settings:
    """Raises `Hopeless` with every mistake."""
    try:
        return read_settings(options, os.environ)
    except Mistakes as mistakes:
        raise Hopeless("\n".join(mistakes.lines)) from None


def has_archive(settings: Settings) -> bool:
    return settings.archive != NONE


@contextmanager
def running_store(settings: Settings) -> Iterator[str]:
    """The address of the store. The embedded one is started for as long as it takes, where no hall runs on it."""
    if settings.store:
        yield settings.store
        return
    store = EmbeddedStore(settings.data)
    if answers(store):  # a hall runs on it
        yield store.url
        return
    if not store.folder.is_dir():
        raise Hopeless(f"there is no hall in {settings.data}: give the --data folder or the --store of a server")
    try:
        store.start()
    except (AlreadyRunning, StoreFailed, OSError) as error:
        raise Hopeless(str(error)) from None
    try:
        yield store.url
    finally:
        store.stop()


def answers(store: EmbeddedStore) -> bool:
    """Whether a hall runs on it."""
    with redis.Redis(unix_socket_path=str(store.socket), socket_timeout=5) as client, suppress(redis.RedisError):
        return bool(client.ping())
    return False


@asynccontextmanager
async def connected(url: str) -> AsyncIterator["Redis"]:
    """Raises `Hopeless` where the store does not answer."""
    client = connect(url)
    try:
        await ask(client, "PING")
        yield client
    except StoreDown:
        raise Hopeless(
            "the store does not answer: is the server running? Give its --store URL or --data folder"
        ) from None
    finally:
        await client.aclose()


@asynccontextmanager
async def perhaps_connected(settings: Settings) -> AsyncIterator["Redis | None"]:
    """The store of a running hall; None where none runs."""
    client = connect(settings.store or EmbeddedStore(settings.data).url)
    try:
        try:
            await ask(client, "PING")
        except StoreDown:
            yield None
        else:
            yield client
    finally:
        await client.aclose()
