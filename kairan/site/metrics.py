# SPDX-License-Identifier: Apache-2.0
"""``/metrics`` for Prometheus: this process's requests, and what waits in the database.

With ``PROMETHEUS_MULTIPROC_DIR`` set, several web processes of a machine are added up.
"""

from __future__ import annotations

import hmac
import os
from collections import Counter as Tally
from collections.abc import Iterable, Iterator
from datetime import timedelta

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.models import Count
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils import timezone
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    REGISTRY,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
)
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from kairan.conversations.models import InboundEvent
from kairan.deliveries.models import Delivery
from kairan.municipalities.models import Municipality
from kairan.municipalities.tenancy import town
from kairan.site.health import worker_age

REQUESTS = Counter("kairan_requests", "Answered requests", ["view", "method", "status"])
SECONDS = Histogram(
    "kairan_request_seconds",
    "Time to answer",
    ["view"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10),
)
OPEN_STREAMS = Gauge("kairan_open_streams", "Open streams", multiprocess_mode="livesum")

_METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
_LOOPBACK = {"127.0.0.1", "::1"}
_FORWARDED = (
    "HTTP_X_FORWARDED_FOR",
    "HTTP_X_FORWARDED_PROTO",
    "HTTP_X_FORWARDED_HOST",
    "HTTP_FORWARDED",
    "HTTP_VIA",
    "HTTP_X_REAL_IP",
)


def count_request(view: str, method: str, status: int, seconds: float) -> None:
    REQUESTS.labels(view, method if method in _METHODS else "other", status).inc()
    SECONDS.labels(view).observe(seconds)


def page(request: HttpRequest) -> HttpResponseBase:
    """404 for whoever may not read it."""
    if not _may_read(request):
        return HttpResponse(status=404)
    content = generate_latest(_registry()) + generate_latest(_of_database)
    return HttpResponse(content, content_type=CONTENT_TYPE_LATEST)


def _may_read(request: HttpRequest) -> bool:
    """By token where one is set; else only from this machine, and not through a proxy on it."""
    if settings.METRICS_TOKEN:
        given = request.headers.get("Authorization", "").encode()
        return hmac.compare_digest(given, f"Bearer {settings.METRICS_TOKEN}".encode())
    if any(name in request.META for name in _FORWARDED):
        return False
    return request.META.get("REMOTE_ADDR") in _LOOPBACK


def _registry() -> CollectorRegistry:
    if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        return REGISTRY
    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return registry


class _Waiting(Collector):
    """Counted when asked; a database that is down leaves its figures out."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        try:
            yield from self._counted()
        except DatabaseError:
            connection.close()

    def _counted(self) -> Iterator[GaugeMetricFamily]:
        jobs = GaugeMetricFamily("kairan_jobs", "Jobs", labels=["queue", "status"])
        for queue, status, count in _jobs():
            jobs.add_metric([queue, status], count)
        yield jobs
        worker = GaugeMetricFamily("kairan_worker_age_seconds", "Since a worker was heard of")
        if (age := worker_age()) is not None:
            worker.add_metric([], age)
        yield worker
        events, deliveries = counts_of_every_town()
        yield GaugeMetricFamily("kairan_events_waiting", "Events of LINE to handle", value=events)
        sent = GaugeMetricFamily(
            "kairan_deliveries_of_day", "Deliveries of the last 24 hours", labels=["state"]
        )
        for state, count in deliveries.items():
            sent.add_metric([state], count)
        yield sent


def _jobs() -> Iterable[tuple[str, str, int]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT queue_name, status::text, count(*) FROM procrastinate_jobs GROUP BY 1, 2"
        )
        rows: list[tuple[str, str, int]] = cursor.fetchall()
    return rows


def counts_of_every_town() -> tuple[int, Tally[str]]:
    """Waiting events and the day's deliveries by state, town after town: counts, no rows."""
    events, deliveries = 0, Tally[str]()
    since = timezone.now() - timedelta(days=1)
    for municipality in Municipality.objects.order_by("id"):
        with town(municipality):
            events += InboundEvent.objects.waiting().count()
            by_state = Delivery.objects.filter(planned_at__gte=since).values_list("state")
            deliveries.update(dict(by_state.annotate(Count("id")).order_by()))
    return events, deliveries


_of_database = CollectorRegistry()
_of_database.register(_Waiting())
