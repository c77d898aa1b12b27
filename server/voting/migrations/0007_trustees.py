from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("voting", "0006_roll_corrections")]

    operations = [
        migrations.CreateModel(
            name="Trustee",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveSmallIntegerField()),
                ("name", models.CharField(max_length=80, verbose_name="name")),
                ("salt", models.BinaryField(default=bytes, max_length=16)),
                ("check_value", models.BinaryField(default=bytes, max_length=16)),
                ("is_proved", models.BooleanField(default=False)),
                ("is_card_lost", models.BooleanField(default=False)),
                ("has_opened", models.BooleanField(default=False)),
                (
                    "box",
                    models.ForeignKey(on_delete=models.deletion.CASCADE, related_name="trustees", to="voting.box"),
                ),
            ],
            options={
                "ordering": ["number"],
                "constraints": [
                    models.UniqueConstraint(fields=("box", "number"), name="one_trustee_per_number"),
                    models.CheckConstraint(
                        condition=models.Q(("number__in", (1, 2, 3))), name="a_trustee_is_one_of_three"
                    ),
                ],
            },
        ),
    ]
