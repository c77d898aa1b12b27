"""The kiosk in a real browser, against a server that knows nothing but the protocol: rows D4–D10, D12, D14, D17–D19."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import re
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import MappingProxyType

import pytest

pytest.importorskip("playwright.sync_api")
sys.path.insert(0, str(Path(__file__).parent))

from fake_server import Town, make_code, serve, sha256, verifies
from kiosk_page import PROJECTS, Kiosk, contest
from playwright.sync_api import Browser, expect

pytestmark = pytest.mark.e2e

UPRIGHT = {"width": 1080, "height": 1920}
Open = Callable[..., Kiosk]


@pytest.fixture
def opened(browser: Browser) -> Iterator[Open]:
    """A function that opens a kiosk of a fresh town in a fresh profile."""
    servers, contexts = [], []

    def open_kiosk(town: Town | None = None, **how: object) -> Kiosk:
        town = town or Town([contest()])
        servers.append(serve(town))
        context = browser.new_context(viewport=UPRIGHT, locale="fr-FR", accept_downloads=True, **how)
        contexts.append(context)
        return Kiosk(context, town)

    yield open_kiosk
    for context in contexts:
        context.close()
    for server in servers:
        server.shutdown()


def wait_for(is_true: Callable[[], object], kiosk: Kiosk, seconds: float = 10) -> None:
    end = time.monotonic() + seconds
    while not is_true():
        assert time.monotonic() < end, "waited in vain"
        kiosk.page.wait_for_timeout(50)


def ballots(town: Town) -> list[dict]:
    return [town.open_ballot(line) for line in town.records.values() if '\\"ballot.sealed\\"' in line]


def test_a_vote_with_the_network_cut_is_kept_and_arrives_when_it_returns(opened: Open) -> None:
    kiosk = opened().ready()
    town = kiosk.town
    kiosk.context.set_offline(True)
    kiosk.page.reload()
    kiosk.sees("Sans réseau : tout est gardé ici")
    url = kiosk.vote(town.codes[0], 2, 3, 5)
    assert ballots(town) == []
    kiosk.page.reload()
    kiosk.context.set_offline(False)
    wait_for(lambda: len(town.records) == 3, kiosk)
    assert ballots(town) == [{"v": 1, "choices": {"q1": ["6", "7", "9"]}}]
    record = json.loads(town.records[3])
    assert record["subject"] == f"use:{town.uses[town.codes[0]]}"
    assert [head["type"] for head in town.headers()] == ["device.started", "meeting.state", "ballot.sealed"]
    found = re.fullmatch(rf"{town.origin}/receipt/([0-9a-f]{{64}})\?d=([0-9a-f]{{64}})&s=([\w-]+)", url)
    assert found and found[1] == sha256(record["header"].encode()) and found[2] == town.device["id"]
    assert verifies(town.device["key"], found[3], f"parvis-receipt-1\n{found[1]}".encode())
    kiosk.operator()
    for level, count in {"saved": 3, "arrived": 3, "listed": 3, "help": 0}.items():
        expect(kiosk.page.locator(f"[data-count={level}]")).to_have_text(str(count))
    assert kiosk.errors == []


def test_ten_rapid_clicks_are_one_ballot(opened: Open) -> None:
    kiosk = opened().ready()
    kiosk.to_review(kiosk.town.codes[0], 1)
    kiosk.page.evaluate("""() => {
      const cast = document.querySelector(".cast");
      for (let i = 0; i < 10; i += 1) cast.click();
    }""")
    kiosk.title("Enregistré sur cet appareil")
    wait_for(lambda: ballots(kiosk.town), kiosk)
    kiosk.page.wait_for_timeout(300)
    assert len(ballots(kiosk.town)) == 1
    assert len(kiosk.stored()["records"]) == 3


def test_every_pass_that_does_not_open_is_told_why(opened: Open) -> None:
    kiosk = opened().ready()
    code, other = kiosk.town.codes[:2]
    swapped = next(code[:i] + code[i + 1] + code[i] + code[i + 2 :] for i in range(17) if code[i] != code[i + 1])
    kiosk.give_pass(swapped)
    kiosk.sees("un signe est faux ou manque")
    kiosk.give_pass(make_code()[0])
    kiosk.sees("Ce passe n'est pas de cette réunion")
    kiosk.press("Tout effacer et partir")
    kiosk.vote(code.lower(), 0)
    kiosk.give_pass(code)
    kiosk.sees("Ce passe a déjà servi à cette borne")
    kiosk.press("Tout effacer et partir")
    kiosk.session("Mettre en pause")
    kiosk.sees("Le vote est en pause")
    kiosk.session("Rouvrir le vote")
    kiosk.vote(other, 1)
    kiosk.session("Clore le vote")
    kiosk.sees("Le vote est clos")
    assert kiosk.page.get_by_role("button", name="Touchez pour commencer").count() == 0


def test_bounds_and_blank_are_told_before_casting(opened: Open) -> None:
    kiosk = opened(Town([contest(min=2, max=3, max_cost=20_500_000)])).ready()
    kiosk.give_pass(kiosk.town.codes[0])
    kiosk.choices().nth(1).click()
    kiosk.press("Relire mon bulletin")
    kiosk.sees("Il faut au moins 2 croix")
    kiosk.choices().nth(3).click()
    kiosk.sees("Ce choix dépasserait 205")
    expect(kiosk.page.locator(".choice input:checked")).to_have_count(1)
    kiosk.choices().nth(1).click()
    kiosk.press("Relire mon bulletin")
    kiosk.sees("Aucune croix : vote blanc.")
    kiosk.press("Déposer mon bulletin")
    kiosk.title("Enregistré sur cet appareil")
    wait_for(lambda: ballots(kiosk.town) == [{"v": 1, "choices": {"q1": []}}], kiosk)


def test_one_of_several_is_chosen_by_keyboard_alone(opened: Open) -> None:
    kiosk = opened(Town([contest("choose-1", max=1, max_cost=0)])).ready()
    kiosk.give_pass(kiosk.town.codes[0])
    boxes = kiosk.page.locator(".choice input")
    expect(boxes.first).to_have_attribute("type", "radio")
    boxes.first.focus()
    kiosk.page.keyboard.press("ArrowDown")
    expect(kiosk.page.locator("input:checked")).to_have_count(0)
    kiosk.page.keyboard.press("Space")
    kiosk.page.keyboard.press("ArrowDown")
    kiosk.page.keyboard.press("Space")
    expect(kiosk.page.locator("input:checked")).to_have_count(1)
    kiosk.press("Relire mon bulletin")
    kiosk.press("Déposer mon bulletin")
    kiosk.title("Enregistré sur cet appareil")
    wait_for(lambda: ballots(kiosk.town) == [{"v": 1, "choices": {"q1": ["6"]}}], kiosk)


def break_disk(kiosk: Kiosk, fault: str) -> None:
    """From now on every write of the page does this instead; ``real`` is the true write."""
    kiosk.page.evaluate(f"""() => {{
      const real = IDBObjectStore.prototype.put;
      IDBObjectStore.prototype.put = function () {{ {fault}; }};
    }}""")


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ("throw new DOMException('full', 'QuotaExceededError')", "La mémoire de cette borne est pleine"),
        ("throw new DOMException('broken', 'UnknownError')", "Cette borne n'a pas pu garder votre bulletin"),
        ("return this.get('nothing is stored')", "Cette borne n'a pas pu garder votre bulletin"),
        (
            "if (this.name === 'settings') throw new Error('cut'); return real.apply(this, arguments)",
            "n'a pas pu garder",
        ),
    ],
    ids=["full", "broken", "lying", "cut between record and head"],
)
def test_a_disk_that_does_not_keep_a_ballot_is_not_believed(opened: Open, fault: str, words: str) -> None:
    kiosk = opened().ready()
    wait_for(lambda: len(kiosk.town.records) == 2, kiosk)
    kiosk.to_review(kiosk.town.codes[0], 0)
    break_disk(kiosk, fault)
    kiosk.press("Déposer mon bulletin")
    kiosk.title("Non enregistré")
    kiosk.sees(words)
    kiosk.sees("demandez une feuille de papier au guichet")
    assert kiosk.page.locator(".qr").count() == 0
    kiosk.press("Effacer et terminer")
    kiosk.sees("Cette borne ne peut plus rien enregistrer")
    kiosk.page.reload()
    kiosk.vote(kiosk.town.codes[0], 1)
    wait_for(lambda: ballots(kiosk.town) == [{"v": 1, "choices": {"q1": ["5"]}}], kiosk)
    assert len(kiosk.stored()["records"]) == 3


def test_a_chain_whose_last_record_is_missing_stops_the_kiosk(opened: Open) -> None:
    kiosk = opened().ready()
    kiosk.to_review(kiosk.town.codes[0], 0)
    break_disk(kiosk, "return this.name === 'records' ? this.get(['lost', 1]) : real.apply(this, arguments)")
    kiosk.press("Déposer mon bulletin")
    kiosk.title("Non enregistré")
    kiosk.page.reload()
    kiosk.sees("Cette borne ne peut plus rien enregistrer")
    kiosk.operator()
    kiosk.sees("Des enregistrements manquent sur ce disque")


def test_two_votes_of_a_meeting_are_two_ballots_kept_together(opened: Open) -> None:
    second = contest("choose-1", max=1, max_cost=0) | {"title": {"fr": "Quel nom pour la place ?"}}
    kiosk = opened(Town([contest()], second_vote=[second])).ready()
    kiosk.give_pass(kiosk.town.codes[0])
    kiosk.choices().nth(0).click()
    kiosk.press("Question suivante")
    kiosk.title("Quel nom pour la place\u202f?")
    kiosk.press("Retour")
    expect(kiosk.page.locator("input:checked")).to_have_count(1)
    kiosk.press("Question suivante")
    kiosk.choices().nth(4).click()
    kiosk.press("Relire mon bulletin")
    kiosk.press("Déposer mon bulletin")
    kiosk.title("Enregistré sur cet appareil")
    expect(kiosk.page.locator(".qr")).to_have_count(2)
    kiosk.press("Terminé")
    wait_for(lambda: len(ballots(kiosk.town)) == 2, kiosk)
    assert ballots(kiosk.town) == [{"v": 1, "choices": {"q1": ["4"]}}, {"v": 1, "choices": {"q1": ["8"]}}]
    assert len({head["def"] for head in kiosk.town.headers() if head["type"] == "ballot.sealed"}) == 2
    kiosk.give_pass(kiosk.town.codes[0])
    kiosk.sees("Ce passe a déjà servi à cette borne")


def test_a_log_in_page_of_the_hall_is_no_answer(opened: Open) -> None:
    kiosk = opened().ready()
    wait_for(lambda: len(kiosk.town.records) == 2, kiosk)
    kiosk.town.mood = "portal"
    kiosk.vote(kiosk.town.codes[0], 0)
    kiosk.sees("Réseau sans réponse : tout est gardé ici")
    kiosk.operator()
    expect(kiosk.page.locator("[data-count=arrived]")).to_have_text("2")
    expect(kiosk.page.locator("[data-link=no_answer]")).to_contain_text("pas du serveur de Parvis")
    kiosk.town.mood = "deaf"
    kiosk.press("Envoyer maintenant")
    expect(kiosk.page.locator("[data-link=no_network]")).to_be_visible()
    assert len(ballots(kiosk.town)) == 1
    kiosk.town.mood = "well"
    kiosk.press("Envoyer maintenant")
    expect(kiosk.page.locator("[data-count=listed]")).to_have_text("3")
    assert len(ballots(kiosk.town)) == 1


def test_one_record_that_the_server_cannot_take_needs_help_and_blocks_nothing(opened: Open) -> None:
    kiosk = opened(Town([contest()], poison={3})).ready()
    for code in kiosk.town.codes[:3]:
        kiosk.vote(code, 0)
    wait_for(lambda: sorted(kiosk.town.records) == [1, 2, 4, 5], kiosk)
    kiosk.operator()
    expect(kiosk.page.locator("[data-count=help]")).to_have_text("1")
    assert kiosk.page.locator("[data-count=saved]").inner_text() == "5"


def test_a_second_window_does_not_write_and_takes_over_when_the_first_is_gone(opened: Open) -> None:
    kiosk = opened().ready()
    second = Kiosk(kiosk.context, kiosk.town).open()
    second.title("La borne est déjà ouverte ici")
    kiosk.page.bring_to_front()
    kiosk.vote(kiosk.town.codes[0], 0)
    kiosk.page.close()
    expect(second.page.locator("pv-rest")).to_be_visible()
    second.vote(kiosk.town.codes[1], 1)
    wait_for(lambda: len(ballots(kiosk.town)) == 2, second)


def test_the_next_person_finds_nothing(opened: Open) -> None:
    kiosk = opened().ready()
    page, code = kiosk.page, kiosk.town.codes[0]
    page.get_by_role("button", name="English").click()
    page.get_by_role("button", name="Text").click()
    page.get_by_role("button", name="Contrast").click()
    page.get_by_role("button", name="Touch to begin").click()
    length = page.evaluate("() => history.length")
    page.locator("#code").fill(code)
    page.get_by_role("button", name="Continue").click()
    kiosk.choices().nth(2).click()
    page.get_by_role("button", name="Check my ballot").click()
    page.get_by_role("button", name="Cast my ballot").click()
    kiosk.title("Saved on this device")
    assert PROJECTS[2][1] not in page.content(), "the receipt screen names no choice"
    receipt = page.locator(".qr").get_attribute("data-text")
    page.get_by_role("button", name="Done").click()
    kiosk.sees("Touchez pour commencer")
    expect(page.locator("html")).to_have_attribute("data-size", "1")
    expect(page.locator("html")).to_have_attribute("data-contrast", "normal")
    assert page.evaluate("() => [history.length, localStorage.length, sessionStorage.length]") == [length, 0, 0]
    kiosk.press("Touchez pour commencer")
    assert page.locator("#code").input_value() == ""
    assert page.locator("#code").get_attribute("autocomplete") == "off"
    for secret in (code, receipt, PROJECTS[2][1]):
        assert secret not in page.content()
    stored = json.dumps({**kiosk.stored(), "settings": []})
    assert code not in stored and '"choices"' not in stored and '"6"' not in stored


def test_who_walks_away_is_asked_and_then_forgotten(opened: Open) -> None:
    kiosk = opened().ready()
    kiosk.page.clock.install()
    kiosk.page.reload()
    code = kiosk.town.codes[0]
    kiosk.give_pass(code)
    kiosk.choices().nth(1).click()
    kiosk.page.clock.run_for(47_000)
    kiosk.sees("Êtes-vous encore là ?")
    kiosk.press("Je suis là")
    expect(kiosk.page.locator("dialog")).to_have_count(0)
    expect(kiosk.page.locator("input:checked")).to_have_count(1)
    kiosk.page.clock.run_for(80_000)
    expect(kiosk.page.locator("pv-rest")).to_be_visible()
    kiosk.to_review(code, 4)
    kiosk.press("Déposer mon bulletin")
    kiosk.title("Enregistré sur cet appareil")
    kiosk.page.clock.run_for(22_000)
    expect(kiosk.page.locator("pv-rest")).to_be_visible()
    assert len(kiosk.stored()["records"]) == 3


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


def test_a_kiosk_cannot_begin_anew_while_it_holds_the_last_copy(opened: Open) -> None:
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
    kiosk.press("Préparer à nouveau cette borne")
    kiosk.title("Préparer cette borne")
    kiosk.page.locator("#code").fill(kiosk.town.enrol_code)
    kiosk.press("Inscrire la borne")
    kiosk.press("Oui, prendre la réunion")
    kiosk.title("Prête")
    stored = kiosk.stored()
    assert len({record["epoch"] for record in stored["records"]}) == 2, "what the former chain held is still there"
    assert len(stored["records"]) == 4


def test_enrolment_tells_what_went_wrong(opened: Open) -> None:
    kiosk = opened()
    kiosk.open("#enrol=0000-0000-0000-0000-01")
    kiosk.sees("Le code n'est pas juste")
    assert kiosk.page.url.endswith("/kiosk/"), "the code does not stay in the address"
    kiosk.page.locator("#code").fill(make_code()[0])
    kiosk.press("Inscrire la borne")
    kiosk.sees("Ce code a expiré ou a déjà servi")
    kiosk.town.mood = "portal"
    kiosk.press("Inscrire la borne")
    kiosk.sees("La réponse ne vient pas du serveur de Parvis")
    kiosk.town.mood = "deaf"
    kiosk.page.locator("#code").fill(kiosk.town.enrol_code)
    kiosk.press("Inscrire la borne")
    kiosk.sees("Pas de réseau")
    first = kiosk.town.device["key"]
    kiosk.town.mood = "well"
    kiosk.press("Inscrire la borne")
    kiosk.sees("Les mêmes deux mots")
    assert kiosk.town.device["key"] == first, "a lost answer does not cost the code"


def test_a_release_is_stored_whole_or_not_and_never_changes_under_a_vote(opened: Open) -> None:
    kiosk = opened().ready()
    town = kiosk.town
    look = "async () => (await navigator.serviceWorker.getRegistration('/kiosk/')).update().catch(() => {})"
    waiting = "async () => Boolean((await navigator.serviceWorker.getRegistration('/kiosk/')).waiting)"

    def released(content: bytes) -> None:
        page = dataclasses.replace(town.release.files["main.js"], content=content)
        files = MappingProxyType({**town.release.files, "main.js": page})
        town.release = dataclasses.replace(town.release, files=files)

    good = town.release.files["main.js"].content
    released(good + b"\n// another release\n")
    whole = town.release
    served = dict(whole.files)
    served["main.js"] = dataclasses.replace(whole.files["main.js"], content=good)  # a cache in between, one file late
    object.__setattr__(town.release, "manifest", whole.manifest)
    town.release = dataclasses.replace(whole, files=MappingProxyType(served))
    object.__setattr__(town.release, "manifest", whole.manifest)
    kiosk.page.evaluate(look)
    kiosk.page.wait_for_timeout(1000)
    assert not kiosk.page.evaluate(waiting), "a mixed release is no release"
    town.release = whole
    kiosk.page.evaluate(look)
    wait_for(lambda: kiosk.page.evaluate(waiting), kiosk)
    kiosk.vote(town.codes[0], 0)
    assert kiosk.page.evaluate(waiting), "the session is open: the old release goes on"
    kiosk.session("Clore le vote")
    expected = whole.hash
    runs = "async (hash) => (await (await fetch('/kiosk/release.json')).json()).release === hash"
    kiosk.page.wait_for_function(runs, arg=expected)
    kiosk.sees("Le vote est clos")
    assert len(kiosk.stored()["records"]) == 4


SIZES = [(1080, 1920), (768, 1024), (1280, 800), (360, 740)]
MISFITS = """() => {
  const seen = (all) => [...document.querySelectorAll(all)].filter((e) => e.checkVisibility());
  const told = (found) => found.map((e) => e.outerHTML.slice(0, 80));
  const isWide = (e) => e.getBoundingClientRect().right > innerWidth + 1;
  const wide = seen("body *").filter((e) => !e.closest("svg, .hide") && isWide(e));
  const small = seen("button, .choice, input:not(.mark, .hide)").filter((e) => {
    const { width, height } = e.getBoundingClientRect();
    return height < 44 || width < 32;
  });
  return [told(wide), told(small)];
}"""


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_screens_fit_and_can_be_touched(opened: Open, size: tuple[int, int]) -> None:
    kiosk = opened()
    kiosk.page.set_viewport_size({"width": size[0], "height": size[1]})

    def fits() -> None:
        wide, small = kiosk.page.evaluate(MISFITS)
        assert (wide, small) == ([], [])

    kiosk.open()
    fits()
    kiosk.ready()
    fits()
    kiosk.press("Touchez pour commencer")
    expect(kiosk.page.locator("pv-pass")).to_be_visible()
    fits()
    kiosk.give_pass(kiosk.town.codes[0])
    fits()
    kiosk.choices().nth(1).click()
    for _ in range(3):
        kiosk.press("Texte")
        fits()
    kiosk.press("Relire mon bulletin")
    fits()
    kiosk.press("Déposer mon bulletin")
    kiosk.title("Enregistré sur cet appareil")
    fits()
    assert kiosk.errors == []


def test_screens_are_accessible(opened: Open) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    kiosk = opened()

    def check(screen: str) -> None:
        kiosk.page.mouse.move(1, 1)
        kiosk.page.wait_for_timeout(200)
        found = axe.run(kiosk.page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]})
        told = [(rule["id"], rule["nodes"][0]["html"][:120]) for rule in found.response["violations"]]
        assert told == [], screen

    kiosk.open()
    check("set-up")
    kiosk.ready()
    check("rest")
    kiosk.operator()
    check("operator")
    kiosk.press("Quitter")
    kiosk.give_pass(make_code()[0])
    check("pass refused")
    kiosk.give_pass(kiosk.town.codes[0])
    kiosk.choices().nth(1).click()
    check("ballot")
    kiosk.press("Contraste")
    check("ballot, contrast")
    kiosk.press("Relire mon bulletin")
    check("review")
    kiosk.press("Déposer mon bulletin")
    kiosk.title("Enregistré sur cet appareil")
    check("receipt")


def test_the_first_load_stays_under_700_kilobytes() -> None:
    release = Town([contest()], passes=0).release
    total = sum(file.size_on_the_wire for file in release.stored_files) + release.worker.size_on_the_wire
    assert total < 700_000, total
