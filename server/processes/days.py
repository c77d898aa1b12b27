"""A day has begun: the worker says so once, and rooms do what falls due by date. A room listens in ``days.py``."""

from django.dispatch import Signal

day_begun = Signal()
