"""Paper turned into marks: a row of small steps.

``images`` opens a file as pages; ``page.read_page`` then walks ``corners`` →
``straighten`` → ``code`` → ``marks``; ``interpret`` compares scores with
thresholds and is the only step that says what a mark means. A step that misses
something refuses (``refusals``): nothing is inferred. Each step takes an
optional ``watch(name, picture)`` and shows there what it saw.

Nothing is imported here, so that ``interpret`` costs no OpenCV.
"""
