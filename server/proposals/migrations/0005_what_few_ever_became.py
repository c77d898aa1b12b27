from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    """Indexes of the few that became part of another or were split from one. In order by the component's key, not by
    its own order."""

    dependencies = [("proposals", "0004_void_voices")]
    operations = [
        migrations.AlterModelOptions("proposal", options={"ordering": ["component_id", "number", "pk"]}),
        migrations.AddIndex(
            "proposal",
            models.Index(condition=Q(became__isnull=False), fields=["became"], name="proposals_that_became"),
        ),
        migrations.AddIndex(
            "proposal",
            models.Index(condition=Q(split_from__isnull=False), fields=["split_from"], name="proposals_split"),
        ),
    ]
