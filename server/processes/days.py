"""A day or an hour has begun: the worker says so once, and rooms do what falls due. A room listens in ``days.py``."""

from django.dispatch import Signal

day_begun = Signal()
hour_begun = Signal()
