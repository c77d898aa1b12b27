from django.db import migrations


def fill(apps, schema_editor):
    """Saving a row folds its text."""
    for row in apps.get_model("processes", "Space").objects.iterator(chunk_size=500):
        row.save(update_fields=["folded"])


class Migration(migrations.Migration):
    dependencies = [("processes", "0002_a_text_to_search_in")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
