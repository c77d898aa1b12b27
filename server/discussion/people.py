"""What threads hold about an account. Erased, it is named nowhere: a comment asks the account for its name."""

from __future__ import annotations

from typing import Any

from django.dispatch import receiver

from server.accounts.models import User
from server.accounts.signals import account_asked, account_erasing

from .models import Comment, CommentVote, Mention


@receiver(account_asked)
def tell_comments(user: User, **_named: Any) -> dict[str, Any]:
    rows = Comment.objects.filter(author=user).select_related("component__space").order_by("pk")
    return {
        "comments": [
            {
                "ref": one.ref,
                "space": one.component.space.slug,
                "about": f"{one.subject_kind} {one.subject_ref}",
                "text": one.body,
                "stance": one.stance,
                "door": one.door,
                "at": one.written_at.isoformat(),
                "hidden": one.hidden_at is not None,
                "withdrawn": one.is_withdrawn,
            }
            for one in rows
        ],
        "found_useful": list(
            CommentVote.objects.filter(right=user.right).order_by("pk").values_list("comment__ref", flat=True)
        ),
    }


@receiver(account_erasing)
def forget_mentions(user: User, **_named: Any) -> None:
    """That a text names somebody is not a thing to keep for whoever is gone."""
    Mention.objects.filter(user=user).delete()
