"""The two ways in which the server does not do what it was asked: it cannot be reached, or it refuses."""

from typing import Any


class Away(Exception):
    """The server was not reached, did not answer in time, or cannot work just now: try later, with the same key.

    `why` says it in plain English for logs and the doctor; `retry_after_s` is what the server asked for, or 0.
    `sent` tells whether the request may have got there, and so may have been done; only False is certain.
    """

    def __init__(self, why: str, retry_after_s: float = 0.0, *, sent: bool = True) -> None:
        super().__init__(why)
        self.why = why
        self.retry_after_s = retry_after_s
        self.sent = sent


class Refused(Exception):
    """The server's own no: asking again changes nothing until something else does. `facts` is its whole document."""

    def __init__(self, status: int, document: dict[str, Any], retry_after_s: float = 0.0) -> None:
        self.status = status
        self.code = str(document["code"])
        self.title = str(document.get("title", ""))
        self.detail = str(document.get("detail", ""))
        self.facts = document
        self.retry_after_s = retry_after_s
        super().__init__(f"{status} {self.code}: {self.detail}")

    @property
    def token_refused(self) -> bool:
        """Whether it is the token that is no good here, for this or for anything."""
        return self.status in {401, 403}
