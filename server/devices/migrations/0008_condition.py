from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("devices", "0007_closing_slip_and_no_head"),
    ]

    operations = [
        migrations.AddField(
            model_name="device",
            name="condition",
            field=models.JSONField(blank=True, default=dict, editable=False),
        ),
    ]
