"""The outbox: a change of a practice leaves a row here in the very transaction of the change."""

from collections.abc import Iterable
from typing import Any

from directory.signals import practices_changed
from search.models import IndexChange


def listen() -> None:
    """Hear what the directory says. Called once, when the app is ready."""
    practices_changed.connect(_note, dispatch_uid="search.outbox")


def _note(sender: object, *, ids: Iterable[int], **_: Any) -> None:
    del sender  # anybody in the directory may send it
    IndexChange.objects.bulk_create((IndexChange(practice=practice) for practice in ids), batch_size=5000)
