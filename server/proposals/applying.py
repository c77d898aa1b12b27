"""What the log says of proposals, applied: endorsements of every door, and joining. Read at start."""

from . import answering, endorsing  # noqa: F401
