from django.db import migrations, models
from django.db.models import PROTECT

COPY = """
INSERT INTO ledger_beside (record_index, subject, subject_salt, body, body_salt)
SELECT r."index", p.subject, p.subject_salt, p.body, p.body_salt
FROM ledger_payload p JOIN ledger_record r ON r.id = p.record_id ORDER BY r."index"
"""


class Migration(migrations.Migration):
    """Nodes of the tree by the run: rows that are there hold one hash each, and are read as runs of one. What lies
    beside a header by its place in the log. What waits to be applied in an index of its own."""

    dependencies = [("ledger", "0005_nobody_searches_by_beginnings")]
    operations = [
        migrations.RenameField("node", "hash", "hashes"),
        migrations.AlterField("node", "hashes", models.BinaryField()),
        migrations.RemoveIndex("record", "records_to_apply"),
        migrations.AddIndex(
            "record",
            models.Index(
                fields=["verdict", "index", "is_applied"],
                condition=models.Q(is_applied=False),
                name="records_yet_to_apply",
            ),
        ),
        migrations.CreateModel(
            "Beside",
            [
                (
                    "record",
                    models.OneToOneField(
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
                ("subject", models.CharField(blank=True, default="", max_length=80)),
                ("subject_salt", models.BinaryField(max_length=16)),
                ("body", models.BinaryField()),
                ("body_salt", models.BinaryField(max_length=16)),
            ],
            options={"indexes": [models.Index(fields=["subject"], name="payloads_of_a_subject")]},
        ),
        migrations.RunSQL(COPY),
        migrations.DeleteModel("Payload"),
        migrations.RenameModel("Beside", "Payload"),
    ]
