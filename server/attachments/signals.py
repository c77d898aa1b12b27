"""What the room of attachments tells those who wait for a file."""

from django.dispatch import Signal

# A file that a record names is whole and on the disk: ``sha256``. Sent within the transaction that keeps its row.
file_arrived = Signal()
