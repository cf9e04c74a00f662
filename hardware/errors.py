"""What goes wrong with a device, as codes with facts; whoever shows it to people finds the words."""

CODES = (
    "ADDRESS_WRONG",
    "NOT_FOUND",
    "NO_RIGHT",
    "NOT_ANSWERING",
    "UNPLUGGED",
    "GARBLED",
    "PAPER_OUT",
    "COVER_OPEN",
    "JAMMED",
    "OFFLINE",
    "CARD_REMOVED",
    "CARD_UNREADABLE",
    "NO_VOICE",
    "DISK_FULL",
    "MISSING_PROGRAM",
)
"""Every code there is; texts are kept per code."""


class DeviceError(Exception):
    """A device did not do what it was asked. `code` is one of `CODES`; `facts` say which device and what it said."""

    def __init__(self, code: str, **facts: str | int) -> None:
        super().__init__(f"{code} {facts}" if facts else code)
        assert code in CODES, code
        self.code = code
        self.facts = facts
