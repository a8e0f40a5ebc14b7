"""Numbers for whoever watches over an instance, in Prometheus' text format: what is kept, what waits, how long pages take."""

from __future__ import annotations

from collections.abc import Iterator
from time import perf_counter

from fastapi import Request
from fastapi.responses import Response
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Histogram, PlatformCollector, ProcessCollector, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from starlette.concurrency import run_in_threadpool
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from octavo import __version__
from octavo.store import Store

_SECONDS = (0.005, 0.01, 0.02, 0.03, 0.05, 0.08, 0.15, 0.3, 1.0, 3.0, 10.0)
_HELP = {
    "sources": "Sources that are gathered",
    "captures": "Things as they arrived",
    "waiting": "Captures that were not read yet",
    "problems": "Captures that could not be read",
    "articles": "Articles",
    "ungrouped": "Articles that stand in no story yet",
    "annotations": "Articles that were annotated",
    "stories": "Stories",
    "threads": "Threads",
    "decisions": "Decisions about stories",
}


class Meter:
    """The numbers of one web app."""

    def __init__(self, store: Store) -> None:
        self.registry = CollectorRegistry()
        self.answers = Histogram(
            "octavo_http_seconds", "How long answers took", ["route", "status"], buckets=_SECONDS, registry=self.registry
        )
        ProcessCollector(registry=self.registry)
        PlatformCollector(registry=self.registry)
        self.registry.register(_Kept(store))


class _Kept(Collector):
    """What the store holds when it is asked."""

    def __init__(self, store: Store) -> None:
        self.store = store

    def describe(self) -> list[GaugeMetricFamily]:
        return []  # nothing is read before somebody asks

    def collect(self) -> Iterator[GaugeMetricFamily]:
        yield GaugeMetricFamily("octavo_info", f"Octavo {__version__}", value=1)
        for name, count in self.store.counts().items():
            yield GaugeMetricFamily(f"octavo_{name}", _HELP[name], value=count)
        sources = self.store.sources()
        yield GaugeMetricFamily("octavo_sources_failing", "Sources whose last look failed", value=sum(bool(s.error_count) for s in sources))
        yield GaugeMetricFamily("octavo_received_bytes", "Bytes that sources sent", value=sum(s.bytes_in for s in sources))


class Measured:
    """ASGI middleware that notes how long each route takes to answer. A page that listens for news counts until its headers are out."""

    def __init__(self, app: ASGIApp, meter: Meter) -> None:
        self.app = app
        self.meter = meter

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        began = perf_counter()

        async def noted(message: Message) -> None:
            if message["type"] == "http.response.start":
                name = scope.get("state", {}).get("route", "none")
                self.meter.answers.labels(name, str(message["status"])).observe(perf_counter() - began)
            await send(message)

        await self.app(scope, receive, noted)


async def metrics(request: Request) -> Response:
    """For Prometheus and its like."""
    meter: Meter = request.app.state.meter
    text = await run_in_threadpool(generate_latest, meter.registry)
    return Response(text, headers={"Content-Type": CONTENT_TYPE_LATEST, "Cache-Control": "no-store"})


ROUTES = (("/metrics", metrics, ("GET",), "metrics"),)
