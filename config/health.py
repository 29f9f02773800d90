"""`/healthz`: the process lives. `/readyz`: each thing it depends on, and how that is."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from search import outage
from search.index.deadline import within
from search.index.keeping import index_state
from search.models import DeadLetter, DocumentChange, DrainState, IndexChange

# The worker reads the clock every 15 seconds.
WORKER_SILENT = timedelta(seconds=60)


@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """Answers at all. Asks nobody."""
    del request
    return HttpResponse("ok\n", content_type="text/plain", headers={"Cache-Control": "no-store"})


@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """200 where searches can be answered, if only by the database; 503 without it."""
    del request
    found: dict[str, Any] = {"ready": True, "elasticsearch": _elasticsearch()}
    try:
        found |= {"database": {"state": "ok", "vendor": connection.vendor}, **_work()}
    except DatabaseError as error:
        found |= {"ready": False, "database": {"state": "away", "error": type(error).__name__}}
    answer = JsonResponse(found, status=200 if found["ready"] else 503)
    answer["Cache-Control"] = "no-store"
    return answer


def _work() -> dict[str, Any]:
    """What waits for the worker, and when it was last seen."""
    now = timezone.now()
    seen = DrainState.objects.filter(pk=1).values_list("clock_read_at", flat=True).first()
    oldest = IndexChange.objects.order_by("pk").values_list("at", flat=True).first()
    return {
        "worker": {
            "state": "ok" if seen and now - seen < WORKER_SILENT else "silent",
            "seen_seconds_ago": round((now - seen).total_seconds()) if seen else None,
        },
        "outbox": {
            "rows": IndexChange.objects.count(),
            "oldest_seconds": round((now - oldest).total_seconds()) if oldest else 0,
            "documents": DocumentChange.objects.count(),
            "dead": DeadLetter.objects.count(),
        },
    }


def _elasticsearch() -> dict[str, Any]:
    """Asked anew, within a second; `degraded`: this process has the database answer just now."""
    if not settings.ELASTICSEARCH_URL:
        return {"state": "off"}
    try:
        state = within(1.5, index_state)
    except TimeoutError:
        state = "away"
    return {"state": state, "degraded": outage.is_down()}
