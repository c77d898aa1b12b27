from django.db import migrations


def mark(apps, schema_editor):
    """Until now nothing was applied: what devices brought about themselves waits, all else has nothing to apply."""
    records = apps.get_model("ledger", "Record").objects
    devices = list(apps.get_model("devices", "Device").objects.order_by().values_list("dev", flat=True))
    records.exclude(reason="newer").update(is_applied=True)
    records.filter(dev__in=devices, type__in=["device.started", "meeting.state"]).update(is_applied=False)


class Migration(migrations.Migration):
    dependencies = [("devices", "0005_foreign_state"), ("ledger", "0003_mark_what_waits")]
    operations = [migrations.RunPython(mark, migrations.RunPython.noop)]
