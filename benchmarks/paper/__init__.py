"""What reading paper costs and how right it is: ``python -m benchmarks.paper --json OUT``; F11 to F13 use its parts."""
