from django.db import migrations


def mark(apps, schema_editor):
    """What waited behind a gap held its number, so that the genuine record of that number was taken for a fork."""
    records = apps.get_model("ledger", "Record").objects
    records.filter(is_fork=False, verdict="parked", reason="gap").update(is_fork=None)


class Migration(migrations.Migration):
    dependencies = [("ledger", "0002_what_waits_owns_no_number")]
    operations = [migrations.RunPython(mark, migrations.RunPython.noop)]
