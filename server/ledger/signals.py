"""What the log tells those who build on it."""

from django.dispatch import Signal

# A new state of the list was signed: ``checkpoint``. Sent within the transaction that keeps it.
checkpoint_signed = Signal()
