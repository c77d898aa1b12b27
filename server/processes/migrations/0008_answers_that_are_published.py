"""Answers were public as soon as they were written: they are published since the end of their phase, or today."""

from django.db import migrations
from django.utils import timezone


def publish(apps, _schema_editor):
    now = timezone.now()
    for phase in apps.get_model("processes", "Phase").objects.filter(answered_at=None).iterator():
        if any(phase.answer.values()):
            phase.answered_at = min(phase.ends_at, now)
            phase.save(update_fields=["answered_at"])


class Migration(migrations.Migration):
    dependencies = [("processes", "0007_what_phases_open")]

    operations = [migrations.RunPython(publish, migrations.RunPython.noop, elidable=True)]
