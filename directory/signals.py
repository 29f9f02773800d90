"""What the directory says to rooms that read it. It knows none of them."""

from django.dispatch import Signal

# Sent with `ids` (practice ids) by every writer, inside the transaction of its change.
practices_changed = Signal()
