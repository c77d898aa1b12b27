from django.db import migrations
from django.db.models import PROTECT

from server.ledger.fields import PlaceField


class Migration(migrations.Migration):
    """On SQLite what lies beside a header is found by the number of its row; elsewhere nothing changes."""

    dependencies = [("ledger", "0006_what_a_push_writes")]
    operations = [
        migrations.AlterField(
            "payload",
            "record",
            PlaceField(
                "ledger.record",
                to_field="index",
                db_column="record_index",
                db_constraint=False,
                on_delete=PROTECT,
                primary_key=True,
                related_name="payload",
                serialize=False,
            ),
        ),
    ]
