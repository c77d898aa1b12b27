"""What other rooms hold of a vote is theirs to destroy; this room need not know them.

``box_destroying``: contests about ``box`` are over. ``sessions`` are those of which no other box keeps anything any
more; ``tell`` hears how far a receiver is (``office.telling``). A receiver destroys what it holds and answers
``{name: how many}``; called again it changes nothing.
"""

from django.dispatch import Signal

box_destroying = Signal()
