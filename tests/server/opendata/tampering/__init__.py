"""Tamperings of a published folder, found by every verifier: see ``engine``."""
