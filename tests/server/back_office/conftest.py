"""Who works in the office, and the spaces they work in."""

from tests.server.office.conftest import login, open_vote, organiser, past_vote, town

__all__ = ["login", "open_vote", "organiser", "past_vote", "town"]
