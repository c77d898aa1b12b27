from datetime import timedelta
from typing import Any

from django.utils import timezone

from server.processes.models import Phase, Space


def phase_of(space: Space, *, begins: int = -1, ends: int = 1, **facts: Any) -> Phase:
    now = timezone.now()
    dates = {"starts_at": now + timedelta(days=begins), "ends_at": now + timedelta(days=ends)}
    return Phase.objects.create(space=space, title={"en": "Ideas"}, **{**dates, **facts})
