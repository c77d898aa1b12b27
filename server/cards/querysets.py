"""Reads: the vocabulary for many cards and images."""

from __future__ import annotations

import datetime as dt

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

SEEN = "card"  # the status of an image by which a card came in


class CardQuerySet(models.QuerySet):
    def of_component(self, component):
        return self.filter(form__run__component=component)

    def that_count(self):
        return self.filter(form__run__is_test=False)

    def came_in(self):
        """Cards of which there is an image."""
        from .models import CardImage

        return self.filter(Exists(CardImage.objects.filter(card=OuterRef("pk"), status=SEEN)))

    def waiting(self):
        """Cards that came in and that are not settled, while there is an image to look at."""
        from .models import CardImage

        images = CardImage.objects.filter(card=OuterRef("pk"), status=SEEN).exclude(image="")
        return self.that_count().filter(Exists(images), outcome="")

    def lost(self):
        """Cards that nobody had typed in when the day came to destroy their images."""
        from .models import CardImage

        images = CardImage.objects.filter(card=OuterRef("pk"), status=SEEN)
        return self.that_count().filter(Exists(images), ~Exists(images.exclude(image="")), outcome="")

    def for_person(self, person):
        """Of those that wait, the ones about which this person has not given a word yet."""
        from .models import Transcription

        return self.waiting().filter(~Exists(Transcription.objects.filter(card=OuterRef("pk"), typed_by=person)))

    def held_by_nobody_but(self, person):
        from .models import CardLease

        others = CardLease.objects.standing().exclude(holder=person).filter(card=OuterRef("pk"))
        return self.filter(~Exists(others))


class ImageQuerySet(models.QuerySet):
    def due(self, day):
        """Images that are to be destroyed on this day, or should have been."""
        from .models import STRANGE_DAYS

        old = timezone.now() - dt.timedelta(days=STRANGE_DAYS)
        strange = Q(form=None, batch__received_at__lt=old)
        return self.exclude(image="").filter(Q(form__run__images_until__lte=day) | strange)


class LeaseQuerySet(models.QuerySet):
    def standing(self):
        return self.filter(until__gt=timezone.now())
