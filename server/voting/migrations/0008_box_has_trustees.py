from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("voting", "0007_trustees")]

    operations = [
        migrations.AddField("box", "has_trustees", models.BooleanField(default=False, editable=False)),
    ]
