"""X9: what was signed for one purpose, one space or one vote is worth nothing for another."""

from __future__ import annotations

from datetime import timedelta
from itertools import permutations

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core import signing
from django.test import Client
from django.utils import timezone

from server.accounts.models import User
from server.notices.stopping import ALL_LETTERS, read_link, stop_link
from server.processes.members import share_space
from server.processes.models import Space
from server.proposals.coauthoring import draft_of_link, link_code
from server.proposals.refusals import LinkOver
from server.voting.models import Box
from server.voting.refusals import RightUnknown
from server.voting.rights import Right
from server.voting.web_right import read_right, write_right
from tests.server.proposals.ideas import make_ideas, write
from tests.server.votes import make_box

pytestmark = pytest.mark.django_db
NOBODY = AnonymousUser()


@pytest.fixture
def box() -> Box:
    return make_box()


def the_token(link: str) -> str:
    return link.rstrip("/").rpartition("/")[2]


def test_x9_a_token_signed_for_one_purpose_opens_nothing_else(box):
    draft = write(make_ideas())
    tokens = {
        "sign": link_code(draft),
        "stop": the_token(stop_link(draft.author, ALL_LETTERS)),
        "right": write_right(Right(box=box, subject="pass:1")),
    }
    opened_by = {
        "sign": lambda token: draft_of_link(token),
        "stop": lambda token: read_link(token),
        "right": lambda token: read_right(box, token, NOBODY),
    }
    for name, token in tokens.items():
        assert opened_by[name](token)
    for name, other in permutations(tokens, 2):
        try:
            found = opened_by[other](tokens[name])
        except (LinkOver, RightUnknown):
            found = None
        assert found is None, f"a token of {name} opened {other}"


def test_x9_a_right_of_one_vote_is_none_of_another(box):
    with pytest.raises(RightUnknown):
        read_right(make_box(), write_right(Right(box=box, subject="pass:1")), NOBODY)


def test_x9_a_share_link_of_one_space_reads_no_other():
    by = User.objects.create_user("karim@example.org")
    one, other = (Space.objects.create(slug=slug, title={"en": slug.title()}) for slug in ("one", "other"))
    _token, link = share_space(space=one, label="Press", expires_at=timezone.now() + timedelta(days=1), by=by)
    reader = Client()
    assert reader.get(f"/shared/{the_token(link)}/", follow=True).status_code == 200
    assert reader.get(one.get_absolute_url()).status_code == 200
    assert reader.get(other.get_absolute_url()).status_code == 404


@pytest.mark.parametrize("token", ["", "x", "a:b:c", "eyJ:1x:" + "A" * 43, "\u202e", "9" * 5000])
def test_x9_what_was_signed_by_nobody_is_refused(box, token):
    assert read_link(token) is None
    with pytest.raises(LinkOver):
        draft_of_link(token)
    with pytest.raises(RightUnknown):
        read_right(box, token, NOBODY)


def test_x9_another_installation_s_signature_is_worth_nothing():
    """Two towns run the same program: what one signed is a stranger's to the other."""
    draft = write(make_ideas())
    theirs = signing.dumps(draft.ref, key="the secret of another town", salt="proposals.coauthor")
    assert signing.loads(theirs, key="the secret of another town", salt="proposals.coauthor") == draft.ref
    with pytest.raises(LinkOver):
        draft_of_link(theirs)
