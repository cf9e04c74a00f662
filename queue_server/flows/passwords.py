"""Passwords by argon2id, off the event loop: each check costs tens of milliseconds on purpose."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError, VerifyMismatchError

from queue_server.domain.refusals import Refusal
from queue_server.domain.staff import SHORTEST, password_mistake

AT_ONCE = 2
"""Checks at the same time: each takes 64 MB, and serving goes before signing in."""

MOST_WAITING, RETRY_S = 64, 5
"""More than that at once is no hall signing in."""


class Passwords:
    """Makes and checks hashes."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()
        self._threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="passwords")
        self._nobodys = ""
        self._waiting = 0

    async def hash(self, password: str, *own: str) -> str:
        """The hash of a new password. Refuses `PASSWORD_WEAK` {why, shortest}."""
        wrong = password_mistake(password, *own)
        if wrong:
            raise Refusal("PASSWORD_WEAK", {"why": wrong, "shortest": SHORTEST})
        return await self._run(self._hasher.hash, password)

    async def matches(self, hashed: str, password: str) -> bool:
        """Whether a password is right. Where there is none to match it takes as long, and is wrong."""
        if not hashed:
            self._nobodys = self._nobodys or await self._run(self._hasher.hash, "nobody's")
        right = await self._run(self._verify, hashed or self._nobodys, password)
        return right == "yes" and bool(hashed)

    def is_old(self, hashed: str) -> bool:
        """Whether it was made with weaker settings than today's."""
        return self._hasher.check_needs_rehash(hashed)

    def _verify(self, hashed: str, password: str) -> str:
        try:
            return "yes" if self._hasher.verify(hashed, password) else "no"
        except (VerifyMismatchError, VerificationError, InvalidHashError):
            return "no"

    async def _run(self, work: Callable[..., str], *args: str) -> str:
        if self._waiting >= MOST_WAITING:
            raise Refusal("TOO_MANY", {"retry_after_s": RETRY_S})
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, work, *args)
        finally:
            self._waiting -= 1
