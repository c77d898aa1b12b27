"""The bench for faults: acceptance figures as commands with raw counts.

``make faults [ONLY=F3,F4]`` runs figures and writes ``build/faults.json``:
``{"commit": …, "F3": {"pass", "figure", "seed", "seconds", "counts": {…}}, …}``. Each figure is a module with
``FIGURE``, a sentence, and ``run(seed) -> (is_passed, counts)``; it runs in its own process, on its own database.
"""
