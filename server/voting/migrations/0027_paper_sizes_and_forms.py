"""The size of a vote's paper, and the forms of its sheets beside ordinary and large print. Older boxes: A4, no more."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("voting", "0026_more_layouts")]

    operations = [
        migrations.AddField(
            model_name="box",
            name="paper_size",
            field=models.CharField(
                choices=[
                    ("A4", "A4 (210 × 297 mm)"),
                    ("A5", "A5 (148 × 210 mm)"),
                    ("Letter", "Letter (216 × 279 mm)"),
                ],
                default="A4",
                max_length=6,
                verbose_name="size of the paper",
            ),
        ),
        migrations.AddField(
            model_name="box",
            name="paper_forms",
            field=models.JSONField(blank=True, default=list, verbose_name="further forms of the sheet"),
        ),
        migrations.AddField(
            model_name="box",
            name="second_language",
            field=models.CharField(blank=True, default="", max_length=12, verbose_name="second language"),
        ),
        migrations.AddField(
            model_name="box",
            name="easy_words",
            field=models.TextField(blank=True, default="", verbose_name="three steps of the easy form"),
        ),
        migrations.AddField(
            model_name="box",
            name="second_words",
            field=models.TextField(blank=True, default="", verbose_name="sentences in the second language"),
        ),
    ]
