from tests.factories import open_vote, past_vote, town

__all__ = ["open_vote", "past_vote", "town"]
