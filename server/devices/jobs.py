"""Long work of this room, where the office looks for it: also in a worker, which loads no page."""

from . import brought as brought
