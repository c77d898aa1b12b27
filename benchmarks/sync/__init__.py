"""What a push costs: ``python -m benchmarks.sync --json OUT``.

A mix of records – 40 % sealed ballots, 40 % passes handed in at a desk, 20 % records that change rows – in batches of
200, over HTTP to daphne, on SQLite and on PostgreSQL. In the same run, by turns: the *floor*, the same lines without
head and signature, parsed and put into one table by the same server (``floor``); and the *peer*, PouchDB sending the
same documents to express-pouchdb on SQLite (``peer``).
"""
