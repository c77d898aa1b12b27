from tests.factories import past_vote

__all__ = ["past_vote"]
