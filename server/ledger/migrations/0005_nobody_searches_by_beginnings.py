from django.db import migrations

# PostgreSQL alone: for each text that is unique or looked up, Django makes a second index, for the beginnings of texts.
# Nobody looks for the beginning of a hash, and each record was written into three of them.
DROP = """
DO $$ DECLARE one record; BEGIN
  FOR one IN SELECT schemaname, indexname FROM pg_indexes
    WHERE tablename IN ('ledger_record', 'ledger_payload') AND right(indexname, 5) = '_like'
  LOOP EXECUTE 'DROP INDEX ' || quote_ident(one.schemaname) || '.' || quote_ident(one.indexname); END LOOP;
END $$
"""


def drop(_apps, editor):
    if editor.connection.vendor == "postgresql":
        editor.execute(DROP)


class Migration(migrations.Migration):
    dependencies = [("ledger", "0004_recovery_and_what_is_held_once")]
    operations = [migrations.RunPython(drop, migrations.RunPython.noop)]
