from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("devices", "0010_devices_on_the_list"),
    ]

    operations = [
        migrations.AddField(
            model_name="device",
            name="seen",
            field=models.JSONField(blank=True, default=dict, editable=False),
        ),
    ]
