"""What other rooms hold about an account is asked of them; this room need not know them.

``account_asked``: what do you hold about ``user``? A receiver answers ``{"name": facts}``, ready for JSON, no votes.
``account_erasing``: ``user`` goes. A receiver lets go of it in the same transaction, or raises the Refusal that says
what must be settled first.
"""

from django.dispatch import Signal

account_asked = Signal()
account_erasing = Signal()
