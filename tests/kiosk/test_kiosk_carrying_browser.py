"""What comes and goes by hand: an answer of the office for a kiosk without network; at last, what was kept may go."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

pytest.importorskip("playwright.sync_api")

from fake_server import Town, sha256
from kiosk_page import Kiosk, Open, wait_for
from playwright.sync_api import expect

from server.devices.carried import answers_file, codes_of

pytestmark = pytest.mark.e2e
DAY_S = 86_400
EPOCH = """() => new Promise((resolve) => {
  const request = indexedDB.open("parvis-kiosk");
  request.onsuccess = () => {
    const chain = request.result.transaction("settings").objectStore("settings").get("chain");
    chain.onsuccess = () => { request.result.close(); resolve(chain.result); };
  };
})"""


def chain_of(kiosk: Kiosk) -> dict:
    return kiosk.page.evaluate(EPOCH)


def bring(kiosk: Kiosk, lines: list[str]) -> None:
    """The town reads the kiosk's file: its records are there, as if they had been pushed."""
    for line in lines:
        header = json.loads(json.loads(line)["header"])
        kiosk.town.take(line, header, kiosk.town.records)


def export(kiosk: Kiosk, to: Path) -> list[str]:
    """The lines of a file that was written and read back."""
    with kiosk.page.expect_download() as download:
        kiosk.press("Exporter un fichier")
    download.value.save_as(to)
    kiosk.page.locator("input[type=file]").set_input_files(to)
    kiosk.sees("La copie est complète")
    return to.read_text().splitlines()[1:]


def answer(town: Town, chain: dict, time: int = 1_790_000_000, **said: object) -> dict:
    """What the office gives for this chain."""
    count = len(town.records)
    town.standing = {"time": time, "runs": [[1, count, "accepted", "", count - 1]], **said}
    told = town.reply({"dev": chain["dev"], "epoch": chain["epoch"]}, [], town.records)
    town.standing = {}
    return told


def give_file(kiosk: Kiosk, told: dict, to: Path) -> None:
    to.write_bytes(answers_file([(told["reply"], told["sig"])]))
    kiosk.page.locator("pv-answer input[type=file]").set_input_files(to)


def show_code(kiosk: Kiosk, text: str) -> None:
    """What the camera saw."""
    kiosk.page.evaluate(
        "text => document.dispatchEvent(new CustomEvent('deed', {detail: {type: 'answer-code', text}}))", text
    )


def delete(kiosk: Kiosk) -> None:
    kiosk.page.get_by_role("button", name="Effacer", exact=True).click()


def without_network(opened: Open) -> Kiosk:
    """A kiosk that was prepared and voted on where no network reached it afterwards."""
    kiosk = opened().ready()
    wait_for(lambda: len(kiosk.town.records) == 2, kiosk)
    kiosk.context.set_offline(True)
    kiosk.vote(kiosk.town.codes[0], 0)
    kiosk.vote(kiosk.town.codes[1], 1)
    kiosk.operator()
    expect(kiosk.page.locator("[data-count=arrived]")).to_have_text("2")
    return kiosk


def test_an_answer_that_was_carried_raises_the_levels_and_bad_ones_change_nothing(opened: Open, tmp_path: Path) -> None:
    kiosk = without_network(opened)
    town, chain = kiosk.town, chain_of(kiosk)
    bring(kiosk, export(kiosk, tmp_path / "copy.ndjson"))
    told = answer(town, chain)
    kiosk.press("Prendre une réponse")
    kiosk.title("Prendre une réponse")
    said = kiosk.page.locator("[data-answer]")
    for name, wrong in {
        "altered": told | {"reply": told["reply"].replace('"accepted"', '"refused_"')},
        "other": answer(town, chain | {"epoch": "f" * 16}),
    }.items():
        give_file(kiosk, wrong, tmp_path / "wrong.json")
        expect(said).to_have_attribute("data-answer", name)
    codes = codes_of(told["reply"], told["sig"])
    show_code(kiosk, "https://parvis.example/receipt/1")
    expect(said).to_have_attribute("data-answer", "unreadable")
    for code in reversed(codes[1:]):
        show_code(kiosk, code)
    expect(kiosk.page.locator("[data-codes]")).to_have_attribute("data-codes", f"{len(codes) - 1}/{len(codes)}")
    show_code(kiosk, codes[0])
    expect(said).to_have_attribute("data-answer", "good")
    kiosk.sees("arrivés : 4 ; sur la liste publique")
    give_file(kiosk, told, tmp_path / "same.json")
    expect(said).to_have_attribute("data-answer", "known")
    kiosk.press("Retour à l'opérateur")
    expect(kiosk.page.locator("[data-count=arrived]")).to_have_text("4")
    assert kiosk.errors == []


def test_what_was_kept_goes_only_when_every_condition_holds(opened: Open, tmp_path: Path) -> None:
    """Heads and a note stay; a restart finds the chain whole; nothing of it is sent again."""
    kiosk = without_network(opened)
    town = kiosk.town
    kiosk.press("Clore le vote")
    kiosk.press("Oui, clore")
    expect(kiosk.page.locator(".state")).to_have_text("Close")
    lines = export(kiosk, tmp_path / "copy.ndjson")
    bring(kiosk, lines)
    chain = chain_of(kiosk)
    kiosk.press("Effacer ce qui est gardé")
    missing = kiosk.page.locator("[data-missing]")
    expect(kiosk.page.locator("[data-missing=arrived]")).to_be_visible()
    expect(kiosk.page.locator("[data-missing=days]")).to_contain_text("7 jours")
    assert kiosk.page.get_by_role("button", name="Effacer", exact=True).count() == 0
    kiosk.press("Retour à l'opérateur")
    head = sha256(json.loads(lines[-1])["header"].encode())
    facts = {"witnesses": 0, "backed_up": 5, "certified": {"0123456789abcdef": head}, "device": "enrolled"}
    for day in (0, 7):
        kiosk.press("Prendre une réponse")
        told = answer(town, chain, 1_790_000_000 + day * DAY_S, **facts)
        give_file(kiosk, told, tmp_path / f"answer-{day}.json")
        expect(kiosk.page.locator("[data-answer]")).to_have_attribute("data-answer", "good")
        kiosk.press("Retour à l'opérateur")
        kiosk.press("Effacer ce qui est gardé")
        if day == 0:
            expect(missing).to_have_count(1)
            expect(missing).to_have_attribute("data-missing", "days")
            kiosk.press("Retour à l'opérateur")
    before = kiosk.stored()["records"]
    delete(kiosk)
    kiosk.press("Garder")
    assert kiosk.stored()["records"] == before
    delete(kiosk)
    kiosk.press("Oui, effacer")
    kiosk.sees("5 enregistrements ont été effacés")
    left = kiosk.stored()["records"]
    assert [(one["seq"], one["id"], one["line"]) for one in left] == [(one["seq"], one["id"], "") for one in before]
    gone = chain_of(kiosk)["gone"]
    assert gone == {"seq": 5, "head": head, "time": 1_790_000_000 + 7 * DAY_S, "names": []}

    kiosk.context.set_offline(False)
    pushes = len(town.pushes)
    kiosk.page.reload()
    kiosk.operator()
    assert kiosk.page.locator("[data-alarm]").count() == 0
    expect(kiosk.page.locator("[data-count=arrived]")).to_have_text("5")
    kiosk.press("Envoyer maintenant")
    kiosk.press("Effacer ce qui est gardé")
    kiosk.sees("5 enregistrements ont été effacés")
    assert len(town.pushes) == pushes
    assert kiosk.errors == []


def test_two_people_may_answer_for_a_file_that_does_not_exist(opened: Open) -> None:
    kiosk = without_network(opened)
    kiosk.press("Effacer ce qui est gardé")
    kiosk.page.locator("summary").click()
    first, second = (kiosk.page.get_by_label(name) for name in ("Première personne", "Deuxième personne"))
    first.fill("Ada")
    second.fill("ada")
    kiosk.press("Nous en répondons")
    kiosk.sees("Entrez deux noms différents")
    expect(kiosk.page.locator("[data-missing=exported]")).to_be_visible()
    second.fill("Bo")
    kiosk.press("Nous en répondons")
    expect(kiosk.page.locator("[data-missing=exported]")).to_have_count(0)
    expect(kiosk.page.locator("[data-missing=certified]")).to_be_visible()


@pytest.mark.parametrize("fault", ["no row is emptied", "it fails in the middle"])
def test_a_disk_that_does_not_do_it_leaves_everything_and_says_so(opened: Open, tmp_path: Path, fault: str) -> None:
    """D9: one transaction; a disk that lies is found when it is read back."""
    kiosk = without_network(opened)
    lines = export(kiosk, tmp_path / "copy.ndjson")
    bring(kiosk, lines)
    chain, head = chain_of(kiosk), sha256(json.loads(lines[-1])["header"].encode())
    facts = {"witnesses": 0, "backed_up": 5, "certified": {"0123456789abcdef": head}}
    for day in (0, 7):
        kiosk.press("Prendre une réponse")
        told = answer(kiosk.town, chain, 1_790_000_000 + day * DAY_S, **facts)
        give_file(kiosk, told, tmp_path / f"answer-{day}.json")
        expect(kiosk.page.locator("[data-answer]")).to_have_attribute("data-answer", "good")
        kiosk.press("Retour à l'opérateur")
    before = kiosk.stored()["records"]
    broken = (
        "return this.request"
        if fault.startswith("no row")
        else "if (++n > 2) throw new Error('x'); return real.call(this, value)"
    )
    kiosk.page.evaluate(f"""() => {{
      const real = IDBCursor.prototype.update;
      let n = 0;
      IDBCursor.prototype.update = function (value) {{ {broken}; }};
    }}""")
    kiosk.press("Effacer ce qui est gardé")
    delete(kiosk)
    kiosk.press("Oui, effacer")
    kiosk.sees("Rien n'a été effacé")
    assert kiosk.stored()["records"] == before
