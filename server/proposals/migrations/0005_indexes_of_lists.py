from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    """Indexes of the few that became part of another or were split from one, and of those that lists show. In order by the component's key, not by
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
        migrations.AddIndex(
            "proposal",
            models.Index(
                condition=Q(
                    became__isnull=True,
                    held_at__isnull=True,
                    hidden_at__isnull=True,
                    published_at__isnull=False,
                    withdrawn_at__isnull=True,
                ),
                fields=["component", "part", "place", "id"],
                name="proposals_standing",
            ),
        ),
        migrations.AddIndex(
            "proposal",
            models.Index(
                condition=Q(published_at__isnull=False),
                fields=["component", "part", "id"],
                name="proposals_published",
            ),
        ),
    ]
