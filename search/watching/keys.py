"""The keys in links of mails: opaque, unguessable, and worth nothing without the secret of the site."""

import secrets

from django.core.signing import BadSignature, Signer

from search.watching.models import Watch

_SIGNER = Signer(salt="search.watching")


def new_public_id() -> str:
    """A random id that says nothing."""
    return secrets.token_urlsafe(16)


def key_of(watch: Watch) -> str:
    """The key by which its person reaches a watch. A copy of the table gives none."""
    return _SIGNER.sign(watch.public_id)


def watch_of(key: str) -> Watch | None:
    """The watch of a key; None if the key is forged or the watch is gone, which are not told apart."""
    try:
        public_id = _SIGNER.unsign(key[:200])
    except BadSignature:
        return None
    return Watch.objects.filter(public_id=public_id).first()
