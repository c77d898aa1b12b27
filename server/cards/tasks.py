"""Long work in the background. Each task takes a row's number, and called again goes on or changes nothing."""

from __future__ import annotations

from django_tasks import task

from .models import CardBatch, CardRun, Catalogue


@task()
def draw_cards_task(run_pk: int) -> None:
    from .printing import draw_card_run

    draw_card_run(run=CardRun.objects.get(pk=run_pk))


@task()
def read_cards_task(batch_pk: int) -> None:
    from .scanning import read_batch

    read_batch(batch=CardBatch.objects.get(pk=batch_pk))


@task()
def draw_catalogue_task(catalogue_pk: int) -> None:
    from .catalogue import draw_catalogue

    draw_catalogue(catalogue=Catalogue.objects.get(pk=catalogue_pk))
