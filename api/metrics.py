"""What is counted, in a registry of the app's own, in Prometheus' words."""

from __future__ import annotations

from collections.abc import Mapping

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from search.generation import Manifest

_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)


class Metrics:
    """The service's counters."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "nizu_requests", "Answered requests.", ("route", "method", "status"), registry=self._registry
        )
        self._latency = Histogram(
            "nizu_request_seconds", "Time to answer.", ("route",), buckets=_SECONDS, registry=self._registry
        )
        self._stages = Histogram(
            "nizu_search_stage_seconds",
            "Time of a search's stage.",
            ("stage",),
            buckets=_SECONDS,
            registry=self._registry,
        )
        self._read_failures = Counter(
            "nizu_read_failures", "Query drawings that could not be read.", ("reason",), registry=self._registry
        )
        self._rejected = Counter("nizu_overloaded", "Searches refused for want of room.", registry=self._registry)
        self._swaps = Counter(
            "nizu_generation_swaps",
            "Generations opened (ok) or found unusable (failed).",
            ("result",),
            registry=self._registry,
        )
        self._sheets = Gauge("nizu_index_sheets", "Sheets of the serving generation.", registry=self._registry)
        self._regions = Gauge("nizu_index_regions", "Regions of the serving generation.", registry=self._registry)
        self._generation = Gauge("nizu_index_generation", "Number of the serving generation.", registry=self._registry)

    def answered(self, route: str, method: str, status: int, seconds: float) -> None:
        self._requests.labels(route, method, str(status)).inc()
        self._latency.labels(route).observe(seconds)

    def searched(self, timings_ms: Mapping[str, float]) -> None:
        for stage, milliseconds in timings_ms.items():
            self._stages.labels(stage).observe(milliseconds / 1e3)

    def read_failed(self, reason: str) -> None:
        self._read_failures.labels(reason).inc()

    def rejected(self) -> None:
        self._rejected.inc()

    def swapped(self, manifest: Manifest) -> None:
        self._swaps.labels("ok").inc()
        self._sheets.set(manifest.sheets)
        self._regions.set(manifest.regions)
        self._generation.set(int(manifest.generation))

    def swap_failed(self) -> None:
        self._swaps.labels("failed").inc()

    def text(self) -> bytes:
        """The exposition format, text version 0.0.4."""
        return generate_latest(self._registry)
