from django.db import migrations


class Migration(migrations.Migration):
    """It dropped indexes once; that is done after every migration now (``server/ledger/indexes.py``)."""

    dependencies = [("ledger", "0004_recovery_and_what_is_held_once")]
    operations = []
