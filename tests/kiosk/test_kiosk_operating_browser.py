"""What an operator takes away and may not take away: the file, the slip, a fresh start (rows D2, D21)."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

pytest.importorskip("playwright.sync_api")

from fake_server import sha256, verifies
from kiosk_page import Open, wait_for
from playwright.sync_api import expect

pytestmark = pytest.mark.e2e


def test_the_export_file_is_what_the_protocol_says(opened: Open, tmp_path: Path) -> None:
    kiosk = opened().ready()
    town = kiosk.town
    kiosk.context.set_offline(True)
    for i, code in enumerate(town.codes[:4]):
        kiosk.vote(code, i)
    kiosk.operator()
    with kiosk.page.expect_download() as download:
        kiosk.press("Exporter un fichier")
    assert download.value.suggested_filename == "parvis-borne-3-preau-6.ndjson"
    copy = tmp_path / "copy.ndjson"
    download.value.save_as(copy)
    first, rest = copy.read_bytes().split(b"\n", 1)
    head, lines = json.loads(first), rest.decode().rstrip("\n").split("\n")
    assert (head["format"], head["count"], head["seq"], len(lines)) == ("parvis-export-1", 6, 6, 6)
    assert head["sha256"] == hashlib.sha256(rest).hexdigest()
    before = ""
    for seq, line in enumerate(lines, start=1):
        header = json.loads(json.loads(line)["header"])
        assert (header["seq"], header["prev"], header["epoch"]) == (seq, before, head["epoch"])
        before = sha256(json.loads(line)["header"].encode())
    assert head["head"] == before
    signed = f"parvis-push-1\n{town.log_id}\n{head['dev']}\n{head['epoch']}\n6\n{before}\n"
    assert verifies(town.device["key"], head["sig"], signed.encode())
    chooser = kiosk.page.locator("input[type=file]")
    damaged = tmp_path / "damaged.ndjson"
    damaged.write_bytes(copy.read_bytes()[:-200])
    chooser.set_input_files(damaged)
    kiosk.sees("La copie est abîmée")
    chooser.set_input_files(copy)
    kiosk.sees("La copie est complète")
    kiosk.press("Bordereau de clôture")
    slip = json.loads(kiosk.page.locator(".qr").get_attribute("data-text") or "")
    assert (slip["seq"], slip["head"], slip["ballots"]) == (6, before, 4)
    assert verifies(town.device["key"], slip["sig"], signed.encode())


def test_a_kiosk_cannot_begin_anew_while_it_holds_the_last_copy_nor_by_one_person_alone(opened: Open) -> None:
    """D21: and nothing is deleted then either."""
    kiosk = opened().ready()
    wait_for(lambda: len(kiosk.town.records) == 2, kiosk)
    kiosk.context.set_offline(True)
    kiosk.vote(kiosk.town.codes[0], 0)
    kiosk.operator()
    kiosk.press("Préparer à nouveau cette borne")
    kiosk.sees("Impossible : des enregistrements ne sont ni arrivés ni exportés")
    kiosk.context.set_offline(False)
    kiosk.press("Envoyer maintenant")
    expect(kiosk.page.locator("[data-count=arrived]")).to_have_text("3")
    for word, *names in (("recommencer", "Ada", " ada "), ("recommencer", "Ada", ""), ("oui", "Ada", "Bo")):
        kiosk.anew(word, *names)
        kiosk.sees("Tapez « recommencer » tel quel, et deux noms différents.")
        kiosk.press("Garder comme elle est")
    kiosk.press("Préparer à nouveau cette borne")
    kiosk.page.locator("#anew-1").fill("Ada")
    kiosk.town.mood = "portal"
    kiosk.press("Envoyer maintenant")
    kiosk.sees("Une réponse est venue, mais pas du serveur de Parvis")
    expect(kiosk.page.locator("#anew-1")).to_have_value("Ada")
    kiosk.town.mood = "well"
    kiosk.press("Garder comme elle est")
    kiosk.anew()
    kiosk.title("Préparer cette borne")
    assert "Ada" in str(kiosk.stored())
    kiosk.page.locator("#code").fill(kiosk.town.enrol_code)
    kiosk.press("Inscrire la borne")
    kiosk.press("Oui, prendre la réunion")
    kiosk.title("Prête")
    stored = kiosk.stored()
    assert len({record["epoch"] for record in stored["records"]}) == 2, "what the former chain held is still there"
    assert len(stored["records"]) == 4


def test_after_a_restore_the_kiosk_holds_the_last_copy_again(opened: Open) -> None:
    """S9: from the first answer of a restored server on, what it lost counts as saved here and nowhere else."""
    kiosk = opened().ready()
    town = kiosk.town
    kiosk.vote(town.codes[0], 0)
    wait_for(lambda: len(town.records) == 3, kiosk)
    kiosk.operator()
    expect(kiosk.page.locator("[data-count=arrived]")).to_have_text("3")
    for seq in (2, 3):
        del town.records[seq]
    town.log_epoch, town.poison = 2, {2}
    kiosk.press("Envoyer maintenant")
    expect(kiosk.page.locator("[data-count=arrived]")).to_have_text("2")
    expect(kiosk.page.locator("[data-count=help]")).to_have_text("1")
    kiosk.press("Préparer à nouveau cette borne")
    kiosk.sees("Impossible : des enregistrements ne sont ni arrivés ni exportés")
    town.poison = set()
    kiosk.press("Envoyer maintenant")
    expect(kiosk.page.locator("[data-count=arrived]")).to_have_text("3")


def test_a_chain_of_an_earlier_enrolment_is_sent_and_exported_until_it_has_arrived(
    opened: Open, tmp_path: Path
) -> None:
    """What was only exported still goes to the server; what the server lost can be taken away again."""
    kiosk = opened().ready()
    town = kiosk.town
    wait_for(lambda: len(town.records) == 2, kiosk)
    town.mood = "portal"
    kiosk.vote(town.codes[0], 0)
    kiosk.operator()
    with kiosk.page.expect_download() as download:
        kiosk.press("Exporter un fichier")
    copy = tmp_path / "copy.ndjson"
    download.value.save_as(copy)
    kiosk.page.locator("input[type=file]").set_input_files(copy)
    kiosk.sees("La copie est complète")
    kiosk.anew()
    kiosk.page.locator("#code").fill(town.enrol_code)
    town.mood = "well"
    kiosk.press("Inscrire la borne")
    kiosk.press("Oui, prendre la réunion")
    kiosk.press("Aller à l'écran d'accueil")
    ((_device, records),) = town.former.values()
    wait_for(lambda: len(records) == 3, kiosk)
    assert {head["status"]["chain"] for head in town.pushes} == {"main", "former"}
    kiosk.operator()
    kiosk.sees("Inscriptions précédentes")
    former = kiosk.page.locator("[data-former]")
    expect(former).to_contain_text("3 enregistrements")
    expect(former).to_contain_text("arrivés : 3")
    with kiosk.page.expect_download() as download:
        former.get_by_role("button").click()
    download.value.save_as(copy)
    assert copy.read_text().splitlines()[1:] == list(records.values())
    kiosk.page.locator("input[type=file]").set_input_files(copy)
    kiosk.sees("La copie est complète")


def test_a_memory_that_the_browser_may_erase_is_a_persons_decision(opened: Open) -> None:
    """D3: without ``persist()`` a vote opens only after an explicit yes, and the warning stays in the panel."""
    kiosk = opened()
    kiosk.page.add_init_script("navigator.storage.persist = async () => false")
    kiosk.enrol()
    kiosk.operator()
    kiosk.sees("Mémoire non protégée")
    kiosk.press("Ouvrir le vote")
    kiosk.sees("Ouvrir quand même le vote à cette borne")
    expect(kiosk.page.get_by_role("button", name="Ne pas ouvrir")).to_be_focused()
    kiosk.press("Ne pas ouvrir")
    expect(kiosk.page.locator(".state")).to_have_text("Préparée")
    kiosk.press("Ouvrir le vote")
    kiosk.press("Oui, j'en réponds")
    expect(kiosk.page.locator(".state")).to_have_text("Ouverte")
    kiosk.sees("Mémoire non protégée")
    kiosk.press("Mettre en pause")
    kiosk.press("Rouvrir le vote")
    expect(kiosk.page.locator(".state")).to_have_text("Ouverte")


def test_a_protected_memory_asks_nothing(opened: Open) -> None:
    kiosk = opened()
    kiosk.page.add_init_script("navigator.storage.persist = async () => true")
    kiosk.enrol()
    kiosk.operator()
    kiosk.press("Ouvrir le vote")
    expect(kiosk.page.locator(".state")).to_have_text("Ouverte")
    assert "Mémoire non protégée" not in kiosk.page.inner_text("body")


def test_a_wrong_code_is_said_and_leaves_the_field_each_time(opened: Open) -> None:
    kiosk = opened().ready()
    kiosk.press("Opérateur")
    pin = kiosk.page.locator("#pin")
    for _ in range(2):
        kiosk.page.evaluate("() => document.querySelector('.answer').replaceChildren()")
        pin.fill("000000" if kiosk.pin != "000000" else "111111")
        kiosk.press("Entrer")
        kiosk.sees("Ce code n'est pas juste")
        expect(pin).to_have_value("")
    pin.fill(kiosk.pin)
    kiosk.press("Entrer")
    expect(kiosk.page.locator(".state")).to_have_text("Ouverte")


def test_what_is_drawn_anew_takes_no_button_from_under_a_finger(opened: Open) -> None:
    """A touch lasts a tenth of a second; an answer of the server may come within it."""
    kiosk = opened().ready()
    kiosk.operator()
    kiosk.town.mood = "portal"
    leave = kiosk.page.get_by_role("button", name="Quitter")
    leave.hover()
    kiosk.page.mouse.down()
    kiosk.page.evaluate("() => dispatchEvent(new Event('online'))")
    kiosk.page.wait_for_timeout(700)
    kiosk.page.mouse.up()
    expect(kiosk.page.locator("pv-rest")).to_be_visible()
    kiosk.operator()
    kiosk.sees("Une réponse est venue, mais pas du serveur de Parvis")
