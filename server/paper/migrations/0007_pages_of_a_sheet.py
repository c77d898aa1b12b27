"""A reading says which page of its sheet it saw, a print run which layout it has; those before this: the only one."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("paper", "0006_keyed_sheets")]

    operations = [
        migrations.AddField(
            model_name="printrun",
            name="layout_number",
            field=models.PositiveSmallIntegerField(default=1),
        ),
        migrations.AddField(
            model_name="reading",
            name="sheet_page",
            field=models.PositiveSmallIntegerField(default=1),
        ),
        migrations.AddField(
            model_name="reading",
            name="sheet_pages",
            field=models.PositiveSmallIntegerField(default=1),
        ),
        migrations.AlterField(
            model_name="reading",
            name="status",
            field=models.CharField(
                choices=[
                    ("automatic", "Read automatically"),
                    ("doubtful", "A person must look"),
                    ("repeated", "Same sheet, same marks"),
                    ("conflict", "Same sheet, other marks"),
                    ("part", "Waits for the sheet’s other pages"),
                    ("refused", "Refused"),
                    ("keyed", "Typed in by people"),
                ],
                max_length=10,
            ),
        ),
    ]
