"""What a process may take that opens strangers' files. It knows no Django: such a process does not either."""

from __future__ import annotations

import resource


def limit_self(*, memory_mb: int, most_written: int) -> None:
    """Bound the memory, the bytes of each file that is written, and the open files of this process, for good.

    The parent's clock bounds its time.
    """
    memory = memory_mb * 1024 * 1024
    resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))
    resource.setrlimit(resource.RLIMIT_FSIZE, (most_written, most_written))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))
