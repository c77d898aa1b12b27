"""A component with printed cards is not deleted: people hold them, and what they write would come back to nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from server.processes.component_types import keeps_of

if TYPE_CHECKING:
    from server.processes.models import Component


@keeps_of
def has_cards(component: Component) -> bool:
    return component.card_runs.exists() or component.card_batches.exists()
