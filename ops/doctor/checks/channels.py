"""What messages to visitors go out by."""

from pathlib import Path

from ops.doctor.finding import Case, Finding, look, ok, wrong
from queue_server.channels.plan import read_plan

SETTLED_BY = "greenwave up --channels FILE"


def channels(case: Case) -> list[Finding]:
    """Without a channels file browsers can be pushed to, and whatever else is said only stands in a file."""
    if not case.serves:
        return []
    given = case.environment.get("GREENWAVE_CHANNELS", "")
    path = Path(given) if given else case.data / "channels.toml"
    if not given and not path.is_file():
        return look("channels_none", SETTLED_BY, path=str(path))
    try:
        plan, mistakes = read_plan(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError):
        return wrong("channels_wrong", SETTLED_BY, path=str(path), said="?")
    if mistakes:
        return wrong("channels_wrong", SETTLED_BY, path=str(path), said=mistakes[0])
    if not plan.apprise:
        return look("channels_none", SETTLED_BY, path=str(path))
    return ok("channels", names=", ".join(service.name for service in plan.apprise))
