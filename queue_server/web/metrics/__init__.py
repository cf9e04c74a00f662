"""What Prometheus is told: figures as data, and the counters of requests."""

from queue_server.web.metrics.counted import Metrics

__all__ = ["Metrics"]
