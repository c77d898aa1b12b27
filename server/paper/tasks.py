"""Long work in the background. Each task takes a row's number, and called again goes on or changes nothing."""

from __future__ import annotations

from django_tasks import task

from .models import PrintRun, ScanBatch, SlipRun


@task()
def draw_print_run_task(run_pk: int) -> None:
    from .printing import draw_print_run

    draw_print_run(run=PrintRun.objects.get(pk=run_pk))


@task()
def draw_slips_task(run_pk: int) -> None:
    from .printing import draw_slips

    draw_slips(run=SlipRun.objects.get(pk=run_pk))


@task()
def read_batch_task(batch_pk: int) -> None:
    from .scanning import read_batch

    read_batch(batch=ScanBatch.objects.get(pk=batch_pk))
