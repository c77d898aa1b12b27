"""Who may open these pages: organisers of the space. Whoever is not logged in is asked to; others find nothing."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from server.devices.intake import receive_push
from server.processes.models import Space, SpaceRole
from server.voting.actions import make_unlock_card
from tests.server.office_b.conftest import Office, person
from tests.server.votes import Vote, make_box

pytestmark = pytest.mark.django_db


def addresses(vote: Vote) -> list[str]:
    from server.devices.models import Device, Enrolment

    kiosk = vote.kiosk()
    beside = kiosk.cast(vote.box.definition_hash, vote.stack[0], {"q1": []})
    receive_push(kiosk.batch(3, 1))  # what stands before has not come
    walk_in = vote.session.walk_ins.create(roll=vote.box.roll, family_name="Dupré", birth_date="1990-05-31")
    mark = vote.box.presence_marks.create(session=vote.session, entry=vote.entries[0])
    twice = mark.challenges.create(session=vote.session)
    ref, box, slug = vote.session.ref, vote.box.ref, vote.box.space.slug
    device, invited, meeting = Device.objects.get().pk, Enrolment.objects.get().pk, vote.session.meeting_id
    card = make_unlock_card(session=vote.session, label="Desk 1", by=vote.officer)[0].pk
    names = [
        ("office_meetings:meetings", slug),
        ("office_meetings:new_meeting", slug),
        ("office_meetings:edit_meeting", meeting),
        ("office_meetings:add_session", meeting),
        ("office_meetings:session", ref),
        ("office_meetings:edit_session", ref),
        ("office_meetings:session_live", ref),
        ("office_meetings:ideas", ref),
        ("office_meetings:deed", ref, "close"),
        ("office_meetings:closing", ref),
        ("office_meetings:closing_live", ref),
        ("office_meetings:reconcile", ref),
        ("office_meetings:group", ref, beside.id),
        ("office_devices:devices", ref),
        ("office_devices:rows", ref),
        ("office_devices:enrolment", invited),
        ("office_devices:revoke", device),
        ("office_devices:missing", device),
        ("office_devices:cards", ref),
        ("office_devices:card_void", card),
        ("office_devices:replace", device),
        ("office_devices:fleet", slug),
        ("office_devices:fleet_rows", slug),
        ("office_devices:answer", device),
        ("office_voting:desk_lists", ref),
        ("office_voting:walk_in", ref, walk_in.pk),
        ("office_voting:challenges", box),
        ("office_voting:challenge", box, twice.pk),
        ("office_closing:sample", box),
        ("office_closing:box", box),
        ("office_closing:deed", box, "close"),
        ("office_meetings:state", ref, "opening", "fr"),
        ("office_closing:record", box, "en"),
        ("office_closing:state", box, "opening", "en"),
    ]
    return [reverse(name, args=arguments) for name, *arguments in names]


def posts(vote: Vote) -> list[str]:
    ref = vote.session.ref
    names = [
        ("office_meetings:count", ref),
        ("office_meetings:explain", ref),
        ("office_meetings:decide_late", ref, "0" * 64),
        ("office_meetings:decide_idea", ref, "0" * 64),
        ("office_devices:invite", ref),
        ("office_devices:import", ref),
        ("office_devices:part", ref),
    ]
    return [reverse(name, args=arguments) for name, *arguments in names]


def test_organisers_see_every_page(office: Office):
    for address in addresses(office.vote):
        assert office.client.get(address).status_code == 200, address


def test_others_find_nothing_and_change_nothing(vote: Vote, client: Client):
    pages = addresses(vote)
    elsewhere = person(vote, name="elsewhere")
    other = Space.objects.create(slug="other", title={"fr": "Autre"})
    SpaceRole.objects.create(space=other, user=elsewhere, role="organiser")
    for user in (person(vote), person(vote, "desk"), person(vote, "scanner"), person(vote, "observer"), elsewhere):
        client.force_login(user)
        for address in pages:
            assert client.get(address).status_code == 404, (user, address)
        for address in (*pages, *posts(vote)):
            assert client.post(address, {"label": "K"}).status_code in (404, 405), (user, address)
    vote.refresh()
    assert (vote.session.state, vote.box.state) == ("open", "open")


def test_strangers_are_asked_to_log_in(vote: Vote, client: Client):
    for address in (*addresses(vote), *posts(vote)):
        answer = client.post(address) if address in posts(vote) else client.get(address)
        assert answer.status_code == 302 and answer["Location"].startswith("/accounts/login/"), address


def test_a_draft_box_has_no_closing_page(office: Office):
    draft = make_box(regime="pass", slug="budget")
    office.see("office_closing:box", draft.ref, status=404)
