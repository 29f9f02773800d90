"""Rate limits kept in the database, so that they hold over all processes and restarts.

A bucket's key is a keyed hash of the limit, the window and who: no address of a visitor or a mailbox is
stored, and the hash of one window says nothing in the next.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import IPv6Address, ip_address

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from accounts.models import RateBucket


@dataclass(frozen=True)
class Limit:
    """At most `most` times in each window of `seconds`; `name` keeps the buckets of limits apart."""

    name: str
    most: int
    seconds: int


def take(limit: Limit, who: str, *, at: datetime) -> bool:
    """Count one more for `who`. False where that is more than the limit allows."""
    window = int(at.timestamp()) // limit.seconds
    key = salted_hmac("rate-limit", f"{limit.name}|{window}|{who}", algorithm="sha256").hexdigest()
    with transaction.atomic():
        ends_at = datetime.fromtimestamp((window + 1) * limit.seconds, UTC)
        RateBucket.objects.bulk_create([RateBucket(key=key, ends_at=ends_at)], ignore_conflicts=True)
        RateBucket.objects.filter(key=key).update(count=F("count") + 1)
        return RateBucket.objects.values_list("count", flat=True).get(key=key) <= limit.most


def seconds_left(limit: Limit, *, at: datetime) -> int:
    """How long the window of a limit lasts yet: what Retry-After says."""
    return limit.seconds - int(at.timestamp()) % limit.seconds


def forget_ended(at: datetime) -> None:
    """Drop the buckets of windows that are over."""
    RateBucket.objects.filter(ends_at__lt=at - timedelta(minutes=1)).delete()


def visitor(request: HttpRequest) -> str:
    """Whom a limit counts: the network address, of IPv6 the half that a household shares.

    Forwarded addresses are believed only behind a proxy of TRUSTED_PROXIES, and only as far as proxies
    wrote them: the last one that is not a proxy itself. Never store or log this.
    """
    address = str(request.META.get("REMOTE_ADDR", ""))
    if address in settings.TRUSTED_PROXIES:
        hops = [hop.strip() for hop in request.headers.get("X-Forwarded-For", "").split(",")]
        outside = [hop for hop in hops if hop and hop not in settings.TRUSTED_PROXIES]
        address = outside[-1] if outside else address
    try:
        parsed = ip_address(address)
    except ValueError:
        return address[:64]
    if isinstance(parsed, IPv6Address):
        return str(parsed.ipv4_mapped or IPv6Address(int(parsed) >> 64 << 64))
    return str(parsed)
