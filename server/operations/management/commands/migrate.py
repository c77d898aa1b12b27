"""``migrate``, which makes the tables of an empty database at once.

Each migration tells what one release changed, for the databases that hold rows already. Told one after another to a
database that holds nothing they cost a quarter of a minute, most of it spent on drawing all models anew between two of
them, only to arrive at what the models say today. A test on both databases holds the two ways equal
(``tests/server/operations/test_migrate.py``).
"""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.core.management.commands import migrate
from django.db import connections, router
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.recorder import MigrationRecorder

from server.operations.health import wanted_migrations

# Whoever asks for any of these wants the migrations themselves.
ASKED = ("app_label", "migration_name", "fake", "fake_initial", "plan", "check_unapplied", "run_syncdb", "prune")


class Command(migrate.Command):
    def handle(self, *arguments: Any, **options: Any) -> None:
        connection = connections[options["database"]]
        if not any(options.get(name) for name in ASKED) and not connection.introspection.table_names():
            make_tables(connection)
            if options["verbosity"] >= 1:
                self.stdout.write("  Made the tables of an empty database.")
        super().handle(*arguments, **options)


def make_tables(connection: BaseDatabaseWrapper) -> None:
    """All tables of the models, and a note for each migration that there is nothing left for it to do.

    All or nothing: whoever is interrupted finds the database as empty as it was.
    """
    done = MigrationRecorder.Migration
    models = [
        model
        for of_app in apps.get_app_configs()
        for model in router.get_migratable_models(of_app, connection.alias)
        if model._meta.can_migrate(connection)
    ]
    with connection.schema_editor() as editor:
        editor.create_model(done)
        for model in models:
            editor.create_model(model)
        done.objects.using(connection.alias).bulk_create(
            done(app=app, name=name) for app, name in sorted(wanted_migrations())
        )
