"""What is wrong with a ledger, in plain words."""

from queue_server.domain.audit import Break, Head

WHY = {
    "changed": "entry {n} is not what was written: it, or its digest, was changed",
    "missing": "entry {n} is missing",
    "unreadable": "entry {n} cannot be read",
    "misfiled": "entry {n} is whole, but stands under another name, ticket or day than it says",
}


def broken(hall: str, head: Head, found: Break) -> str:
    """The first entry that does not hold, and how far the others do."""
    up_to = f"; everything up to entry {head.n:,} holds" if head.n else ""
    return f"{hall}: {WHY[found.why].format(n=f'{found.n:,}')}{up_to}"


def whole(hall: str, begun: Head, head: Head) -> str:
    """That every entry holds, and the head to keep."""
    if head.n == begun.n:
        return f"{hall}: the ledger has no entries yet" if not head.n else f"{hall}: every entry has left by its rule"
    count = head.n - begun.n
    return f"{hall}: {count:,} entries, {begun.n + 1:,} to {head.n:,}, hold. Head {head.n}:{head.hash}"
