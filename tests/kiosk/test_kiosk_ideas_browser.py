"""Ideas at a kiosk in a browser: read, endorsed, taken back and written without network; nothing stays of anybody."""

from __future__ import annotations

import json

import pytest

pytest.importorskip("playwright.sync_api")

from ideas_town import comment, deeds, ideas, open_ideas, read, show_pass, town_of_ideas, write
from kiosk_page import Kiosk, Open, wait_for
from playwright.sync_api import expect

pytestmark = pytest.mark.e2e
GIVEN, WITHDRAWN, VERSION = "endorsement.given", "endorsement.withdrawn", "proposal.version"
WRITTEN = "comment.written"


def endorse(kiosk: Kiosk, number: int, code: str = "") -> None:
    """From the list; ends on the idea."""
    read(kiosk, number)
    kiosk.press("Soutenir cette idée")
    if code:
        kiosk.page.locator("#code").fill(code)
        kiosk.page.get_by_role("button", name="Continuer").dblclick()  # and the second tap takes nothing back
    expect(kiosk.page.locator(".say.ok")).to_contain_text("Enregistré sur cet appareil")


def test_an_idea_is_endorsed_without_network_and_arrives_with_the_voice_of_the_pass(opened: Open) -> None:
    kiosk = opened(town_of_ideas()).ready()
    kiosk.context.set_offline(True)
    code = kiosk.town.codes[0]
    open_ideas(kiosk)
    endorse(kiosk, 2, code)
    kiosk.press("Toutes les idées")
    endorse(kiosk, 1)  # the pass is known for the rest of the visit
    kiosk.press("Retirer mon soutien")
    kiosk.sees("Vous ne soutenez plus cette idée.")
    voice = f"voice:{kiosk.town.voices[code]}"
    two, one = {"proposal": f"{2:024x}"}, {"proposal": f"{1:024x}"}
    told = [(GIVEN, voice, two), (GIVEN, voice, one), (WITHDRAWN, voice, one)]
    assert deeds(kiosk, GIVEN, WITHDRAWN) == told
    assert kiosk.town.uses[code] not in json.dumps(kiosk.stored())
    kiosk.context.set_offline(False)
    wait_for(lambda: len([line for line in kiosk.town.records.values() if "endorsement." in line]) == 3, kiosk)
    assert kiosk.errors == []


def test_who_comes_again_with_the_pass_finds_what_they_endorsed_and_nobody_else_does(opened: Open) -> None:
    kiosk = opened(town_of_ideas()).ready()
    open_ideas(kiosk)
    endorse(kiosk, 2, kiosk.town.codes[0])
    kiosk.press("Tout effacer et partir")
    open_ideas(kiosk)
    expect(kiosk.page.locator(".mine")).to_have_count(0)
    read(kiosk, 2)
    kiosk.press("Soutenir cette idée")
    show_pass(kiosk, kiosk.town.codes[0])
    kiosk.sees("Vous soutenez cette idée.")
    assert len(deeds(kiosk, GIVEN)) == 1, "it was endorsed already"
    kiosk.press("Tout effacer et partir")
    open_ideas(kiosk)
    endorse(kiosk, 2, kiosk.town.codes[1])
    assert len(deeds(kiosk, GIVEN)) == 2


def test_each_pass_endorses_as_many_as_the_pack_says(opened: Open) -> None:
    kiosk = opened(town_of_ideas(ideas(most_endorsements=1))).ready()
    open_ideas(kiosk)
    endorse(kiosk, 1, kiosk.town.codes[0])
    kiosk.press("Toutes les idées")
    read(kiosk, 2)
    kiosk.press("Soutenir cette idée")
    kiosk.sees("Chaque personne soutient 1 idée au plus.")
    kiosk.press("Toutes les idées")
    read(kiosk, 1)
    kiosk.press("Retirer mon soutien")
    kiosk.press("Toutes les idées")
    endorse(kiosk, 2)
    assert [body["proposal"][-1] for _type, _right, body in deeds(kiosk, GIVEN)] == ["1", "2"]


def test_an_idea_is_written_with_the_keys_on_the_screen_and_needs_no_pass(opened: Open) -> None:
    kiosk = opened(town_of_ideas()).ready()
    kiosk.context.set_offline(True)
    open_ideas(kiosk)
    kiosk.press("Écrire une idée")
    keys = kiosk.page.locator(".typing")

    def tap(*words: str) -> None:
        for word in words:
            keys.get_by_role("button", name=word, exact=True).click()

    tap("Majuscule", "U", "n", "Espace", "b", "a", "n", "x", "Effacer un signe", "c", "Champ suivant")
    tap("i", "c", "i", "À la ligne", "o", "u", "i")
    kiosk.press("Relire")
    expect(kiosk.page.locator("pv-idea-check h2")).to_have_text("Un banc")
    kiosk.sees("Sans nom")
    kiosk.page.get_by_role("button", name="Envoyer mon idée").dblclick()
    kiosk.title("Enregistré sur cet appareil")
    idea = {"component": 7, "title": "Un banc", "body": "ici\noui", "language": "fr", "name": ""}
    assert deeds(kiosk, VERSION) == [(VERSION, "", idea)]
    kiosk.press("Toutes les idées")
    kiosk.press("Écrire une idée")
    assert kiosk.page.locator("#idea-title").input_value() == "", "the draft is gone with what was sent"


def test_a_comment_is_written_without_network_once_and_nothing_of_it_stays(opened: Open) -> None:
    kiosk = opened(town_of_ideas()).ready()
    kiosk.context.set_offline(True)
    open_ideas(kiosk)
    read(kiosk, 2)
    comment(kiosk, "Trop étroite.", stance="Contre", name="Zoé")
    kiosk.page.locator(".typing").get_by_role("button", name="Champ suivant").click()
    for key in ("o", "u", "i"):
        kiosk.page.locator(".typing").get_by_role("button", name=key, exact=True).click()
    kiosk.press("Relire")
    kiosk.sees("Une passerelle pour les enfants")
    kiosk.sees("Contre")
    kiosk.page.get_by_role("button", name="Envoyer mon commentaire").dblclick()
    kiosk.title("Enregistré sur cet appareil")
    [(_type, subject, told)] = deeds(kiosk, WRITTEN)
    assert subject == f"comment:{told['ref']}"
    assert told | {"ref": ""} == {
        "ref": "", "subject": {"kind": "proposal", "ref": f"{2:024x}"}, "parent": "", "text": "Trop étroite.oui",
        "language": "fr", "stance": "against", "author": {"kind": "person", "name": "Zoé"},
    }  # fmt: skip
    kiosk.press("Toutes les idées")
    for number in (2, 1):
        read(kiosk, number)
        kiosk.press("Commenter")
        assert [kiosk.page.locator(f"#idea-{name}").input_value() for name in ("text", "name")] == ["", ""]
        expect(kiosk.page.get_by_label("Ni l'un ni l'autre")).to_be_checked()
        kiosk.press("Retour")
        kiosk.press("Toutes les idées")
    assert kiosk.errors == []


def test_a_comment_without_words_is_asked_for_and_where_none_is_offered_none_can_be_written(opened: Open) -> None:
    kiosk = opened(town_of_ideas(ideas("comment", asks_stance=False), ideas("endorse", component=8))).ready()
    kiosk.page.locator(".begin", has_text="Les idées").click()
    kiosk.page.locator(".person").first.click()
    read(kiosk, 1)
    expect(kiosk.page.get_by_role("button", name="Soutenir cette idée")).to_have_count(0)
    kiosk.press("Commenter")
    expect(kiosk.page.locator(".stances")).to_have_count(0)
    kiosk.press("Relire")
    kiosk.sees("Le commentaire manque")
    kiosk.press("Retour")
    kiosk.press("Toutes les idées")
    kiosk.press("Autres idées")
    kiosk.page.locator(".person").nth(1).click()
    read(kiosk, 1)
    expect(kiosk.page.get_by_role("button", name="Commenter")).to_have_count(0)
    assert deeds(kiosk, WRITTEN) == []


def test_nothing_of_a_draft_or_a_pass_stays_for_the_next_person(opened: Open) -> None:
    kiosk = opened(town_of_ideas()).ready()
    open_ideas(kiosk)
    endorse(kiosk, 2, kiosk.town.codes[0])
    kiosk.press("Toutes les idées")
    kiosk.press("Écrire une idée")
    write(kiosk, "Ma phrase secrète", "Mon texte secret", "Zoé")
    kiosk.press("Tout effacer et partir")
    open_ideas(kiosk)
    kiosk.press("Écrire une idée")
    assert [kiosk.page.locator(f"#idea-{name}").input_value() for name in ("title", "body", "name")] == ["", "", ""]
    assert "secret" not in json.dumps(kiosk.stored()) + kiosk.page.content()


def test_who_walks_away_is_asked_and_then_forgotten(opened: Open) -> None:
    kiosk = opened(town_of_ideas())
    kiosk.page.clock.install()
    kiosk.ready()
    open_ideas(kiosk)
    kiosk.press("Écrire une idée")
    write(kiosk, "Ma phrase secrète", "Mon texte secret")
    kiosk.page.clock.run_for(46_000)
    expect(kiosk.page.locator("pv-idle dialog")).to_be_visible()
    kiosk.page.clock.run_for(31_000)
    expect(kiosk.page.locator("pv-rest")).to_be_visible()
    open_ideas(kiosk)
    kiosk.press("Écrire une idée")
    assert kiosk.page.locator("#idea-title").input_value() == ""


def test_a_change_of_language_and_a_call_for_help_keep_the_draft(opened: Open) -> None:
    kiosk = opened(town_of_ideas()).ready()
    open_ideas(kiosk)
    kiosk.press("Écrire une idée")
    write(kiosk, "Un banc", "Ici")
    kiosk.press("Langue")
    kiosk.page.locator("dialog").get_by_role("button", name="English").click()
    expect(kiosk.page.locator("h1")).to_have_text("Your idea")
    kiosk.press("Call for help")
    kiosk.sees("What you were doing is hidden")
    kiosk.press("Back to the ideas")
    assert kiosk.page.locator("#idea-body").input_value() == "Ici"


def test_vote_and_ideas_stand_side_by_side_and_the_ballot_knows_nothing_of_the_other(opened: Open) -> None:
    kiosk = opened(town_of_ideas()).ready()
    open_ideas(kiosk)
    code = kiosk.town.codes[0]
    endorse(kiosk, 2, code)
    kiosk.press("Tout effacer et partir")
    kiosk.page.locator(".begin", has_text="Voter").click()
    kiosk.page.locator("#code").fill(code)
    kiosk.press("Continuer")
    expect(kiosk.page.locator("pv-ballot")).to_be_visible()
    kiosk.choices().nth(1).click()
    kiosk.press("Relire mon bulletin")
    kiosk.press("Déposer mon bulletin")
    kiosk.title("Enregistré sur cet appareil")
    lines = [json.loads(record["line"]) for record in kiosk.stored()["records"]]
    subjects = [line["subject"] for line in lines if line["subject"]]
    assert subjects == [f"voice:{kiosk.town.voices[code]}", f"use:{kiosk.town.uses[code]}"]


def test_where_only_ideas_are_offered_one_touch_begins(opened: Open) -> None:
    kiosk = opened(town_of_ideas(ideas("propose"), ideas("endorse", component=8), contests=[]))
    kiosk.enrol()
    kiosk.sees("Cette borne n'est pas encore ouverte.")
    kiosk.session("Ouvrir le vote")
    kiosk.press("Touchez pour commencer")
    kiosk.title("Quelles idées ?")
    kiosk.page.locator(".person").first.click()
    read(kiosk, 1)
    expect(kiosk.page.get_by_role("button", name="Soutenir cette idée")).to_have_count(0)
    kiosk.press("Toutes les idées")
    kiosk.press("Autres idées")
    kiosk.page.locator(".person").nth(1).click()
    expect(kiosk.page.get_by_role("button", name="Écrire une idée")).to_have_count(0)
    endorse(kiosk, 1, kiosk.town.codes[0])


def test_who_comes_to_help_finds_and_leaves_the_visit_as_it_is(opened: Open) -> None:
    kiosk = opened(town_of_ideas()).ready()
    open_ideas(kiosk)
    endorse(kiosk, 2, kiosk.town.codes[0])
    kiosk.press("Appeler")
    kiosk.press("Je suis de l'équipe")
    kiosk.page.locator("#pin").fill(kiosk.pin)
    kiosk.press("Entrer")
    expect(kiosk.page.locator("pv-assist")).to_be_visible()
    kiosk.press("Revenir aux idées")
    kiosk.sees("Vous soutenez cette idée.")
    assert len(deeds(kiosk, GIVEN)) == 1
