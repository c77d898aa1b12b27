"""The floor: the least that a server does with a batch of records. Each line is JSON, its fields are put into columns.

No signature, no chain, no verdict, no log: one transaction, one ``bulk_create``, as one would write it in an hour.
"""

from __future__ import annotations

import hashlib
import json

from django.db import connection, models
from django.http import HttpRequest, JsonResponse
from django.views.decorators.csrf import csrf_exempt

from server.ledger.keys import unb64u


class Line(models.Model):
    id = models.CharField(primary_key=True, max_length=64)
    header = models.TextField()
    subject = models.CharField(max_length=80)
    subject_salt = models.BinaryField()
    body = models.BinaryField()
    body_salt = models.BinaryField()

    class Meta:
        app_label = "bench"

    def __str__(self) -> str:
        return self.id[:8]


def make_table() -> None:
    with connection.schema_editor() as editor:
        editor.create_model(Line)


@csrf_exempt
def store(request: HttpRequest) -> JsonResponse:
    lines = [_line(json.loads(line)) for line in request.body.rstrip(b"\n").split(b"\n")]
    Line.objects.bulk_create(lines)
    return JsonResponse({"stored": len(lines)})


def _line(fields: dict[str, str]) -> Line:
    return Line(
        id=hashlib.sha256(fields["header"].encode()).hexdigest(),
        header=fields["header"],
        subject=fields["subject"],
        subject_salt=unb64u(fields["subject_salt"]),
        body=unb64u(fields["body"]),
        body_salt=unb64u(fields["body_salt"]),
    )
