"""Does a server speak the protocol? ``python -m tests.conformance URL --enrol CODE``.

Written from ``docs/protocol.md`` alone, with the standard library and ``cryptography``: nothing of ``server/`` is
imported, so that any server can be asked, and so that the document is what is tried first.
"""
