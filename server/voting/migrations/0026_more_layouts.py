"""A ballot in large print beside the ordinary one, frozen with it. Boxes frozen before have one layout, as ever."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("voting", "0025_two_reviewers")]

    operations = [
        migrations.AddField(
            model_name="box",
            name="more_layouts",
            field=models.TextField(blank=True, default="", editable=False),
        ),
    ]
