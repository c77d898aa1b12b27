"""The invented town of Villeneuve-sur-Aure: the same in the demo, in the tests and in the manual."""
