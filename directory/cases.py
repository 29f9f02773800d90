"""Cases of the desk: opening, claiming, closing."""

from datetime import datetime
from typing import Any

from django.utils import timezone

from directory.models import Case, Credential, Practice, Proposal, Therapist


def open_case(
    kind: Case.Kind,
    *,
    therapist: Therapist,
    credential: Credential | None = None,
    practice: Practice | None = None,
    proposal: Proposal | None = None,
    summary: str = "",
    facts: dict[str, Any] | None = None,
    severe: bool = False,
    at: datetime | None = None,
) -> Case:
    """The open case of this kind and subject: the one that is there, else a new one."""
    subject = {"kind": kind, "therapist": therapist, "credential": credential, "practice": practice,
               "proposal": proposal, "closed_at": None}  # fmt: skip
    case, _ = Case.objects.get_or_create(
        **subject,
        defaults={
            "summary": summary, "facts": facts or {}, "severe": severe, "opened_at": at or timezone.now(),
        },
    )  # fmt: skip
    return case
