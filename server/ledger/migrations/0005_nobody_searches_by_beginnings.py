from django.db import migrations

from server.ledger.indexes import drop_indexes_of_beginnings


def drop(_apps, editor):
    drop_indexes_of_beginnings(editor.connection.alias)


class Migration(migrations.Migration):
    dependencies = [("ledger", "0004_recovery_and_what_is_held_once")]
    operations = [migrations.RunPython(drop, migrations.RunPython.noop)]
