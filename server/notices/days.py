"""What falls due by date and by the hour in this room."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.dispatch import receiver
from django.utils import timezone

from server.processes.days import day_begun, hour_begun

from .letters import send_gathered
from .models import News, Notice

KEPT = timedelta(days=90)
KEPT_UNREAD = timedelta(days=365)


@receiver(hour_begun)
def send_letters(**_named: Any) -> None:
    send_gathered()


@receiver(day_begun)
def forget_old_notices(**_named: Any) -> None:
    """What was read goes after three months, what nobody read after a year, and with the last notice its news."""
    now = timezone.now()
    Notice.objects.filter(read_at__lt=now - KEPT).delete()
    Notice.objects.filter(at__lt=now - KEPT_UNREAD).delete()
    # What stands in letters only is never read here.
    Notice.objects.filter(is_here=False, at__lt=now - KEPT).delete()
    News.objects.filter(told_at__lt=now - KEPT, waits_for="", notices__isnull=True).delete()
