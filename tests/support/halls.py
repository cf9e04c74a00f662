"""Small halls for tests: three queues in two zones, five windows, a device's item, a two-queue window."""

from queue_server.domain.hall import (
    Department,
    Hall,
    Paper,
    Period,
    Queue,
    QueueShare,
    Rules,
    Service,
    WindowPlan,
    Zone,
)


def names(text: str) -> dict[str, str]:
    return {"zh": text, "en": text}


def service(service_id: str, queue: str, **more: object) -> Service:
    facts: dict[str, object] = {
        "id": service_id, "names": names(service_id), "department": "D1", "mode": "window",
        "queue": queue, "mean_min": 5.0, "p90_min": 9.0, "visits": 100,
    }  # fmt: skip
    return Service(**(facts | more))  # type: ignore[arg-type]


def small_hall(hall_id: str = "small", hours: tuple[Period, ...] = (), rules: Rules | None = None) -> Hall:
    """Windows 1 and 2 serve A, 3 serves B, 4 serves A and B (B counts 10 min later), 5 serves C."""
    return Hall(
        id=hall_id,
        names=names(hall_id),
        timezone="Asia/Shanghai",
        hours=hours,
        zones=(
            Zone(id="Z0", names=names("Z0")),
            Zone(id="Z1", names=names("Z1")),
            Zone(id="Z2", names=names("Z2"), floor=2),
        ),
        departments=(Department(id="D1", names=names("D1"), queue="A"),),
        queues=(
            Queue(id="A", names=names("A"), zone="Z1", windows=3),
            Queue(id="B", names=names("B"), zone="Z1", windows=2),
            Queue(id="C", names=names("C"), zone="Z2", windows=1),
            Queue(id="SELF", names=names("SELF"), zone="Z0", devices=2),
        ),
        services=(
            service("A-1", "A"),
            service("A-2", "A", visits=10),
            service("B-1", "B"),
            service("C-1", "C"),
            service("S-1", "SELF", mode="self", alternatives=("window",)),
            service("S-2", "SELF", mode="self"),
        ),
        windows=(
            WindowPlan(window=1, zone="Z1", queues=(QueueShare(queue="A"),)),
            WindowPlan(window=2, zone="Z1", queues=(QueueShare(queue="A"),)),
            WindowPlan(window=3, zone="Z1", queues=(QueueShare(queue="B"),)),
            WindowPlan(window=4, zone="Z1", queues=(QueueShare(queue="A"), QueueShare(queue="B", handicap_s=600))),
            WindowPlan(window=5, zone="Z2", queues=(QueueShare(queue="C"),)),
        ),
        papers=(Paper(id="id_card", names=names("id card")),),
        rules=rules or Rules(),
    )
