"""What the kiosk promises of its disk, in a real browser: rows D3–D9."""

from __future__ import annotations

import pytest

pytest.importorskip("playwright.sync_api")

from kiosk_page import WATCH, Kiosk, Open, ballots, break_disk, crash, wait_for
from playwright.sync_api import expect

pytestmark = pytest.mark.e2e


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


#: Write the database anew as the first release had it, with the same content.
FIRST_VERSION = """async ({ isFormer }) => {
  const done = (request) => new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = request.onblocked = () => reject(request.error ?? new Error("blocked"));
  });
  const db = await done(indexedDB.open("parvis-kiosk"));
  const now = db.version;
  const tx = db.transaction([...db.objectStoreNames]);
  const kept = {};
  for (const name of db.objectStoreNames) {
    const store = tx.objectStore(name);
    const [keys, values] = await Promise.all([done(store.getAllKeys()), done(store.getAll())]);
    kept[name] = keys.map((key, i) => [key, values[i]]);
  }
  db.close();
  await done(indexedDB.deleteDatabase("parvis-kiosk"));
  const opening = indexedDB.open("parvis-kiosk", 1);
  opening.onupgradeneeded = () => {
    opening.result.createObjectStore("settings");
    opening.result.createObjectStore("records", { keyPath: ["epoch", "seq"] });
    opening.result.createObjectStore("verdicts", { keyPath: ["epoch", "seq"] });
    opening.result.createObjectStore("used");
  };
  const first = await done(opening);
  const settings = Object.fromEntries(kept.settings);
  delete settings.installation;
  delete settings.chain.ballots;
  if (isFormer) {
    const { device, chain, keys, pack } = settings;
    Object.assign(settings, { [`former:${chain.epoch}`]: { device, chain, keys, pack }, pack: undefined, logId: "" });
    settings.chain = { ...chain, epoch: "0123456789abcdef", seq: 0, head: "", states: {} };
  }
  const write = first.transaction(["settings", "records", "verdicts", "used"], "readwrite");
  for (const [name, value] of Object.entries(settings)) write.objectStore("settings").put(value, name);
  for (const name of ["records", "verdicts"]) for (const [, value] of kept[name]) write.objectStore(name).put(value);
  for (const [key, value] of kept.used) write.objectStore("used").put(value, key);
  await new Promise((resolve) => { write.oncomplete = resolve; });
  first.close();
  return now;
}"""


@pytest.mark.parametrize("is_former", [False, True], ids=["of the present chain", "of an earlier one"])
def test_what_the_first_release_kept_and_did_not_send_is_sent_by_this_one(opened: Open, is_former: bool) -> None:
    kiosk = opened().ready()
    town = kiosk.town
    wait_for(lambda: len(town.records) == 2, kiosk)
    town.mood = "portal"
    for i, code in enumerate(town.codes[:2]):
        kiosk.vote(code, i)
    kiosk.page.goto(f"{town.origin}/kiosk/release.json")
    before = kiosk.stored()["records"]
    assert kiosk.page.evaluate(FIRST_VERSION, {"isFormer": is_former}) == 3
    town.mood = "well"
    kiosk.open()
    wait_for(lambda: len(town.records) == 4, kiosk)
    assert kiosk.stored()["records"] == before
    if not is_former:
        kiosk.operator()
        kiosk.sees("dont 2 bulletins")
        kiosk.press("Quitter")
        kiosk.vote(town.codes[2], 0)


def test_a_release_older_than_the_disk_takes_what_it_finds(opened: Open) -> None:
    kiosk = opened().ready()
    kiosk.page.goto(f"{kiosk.town.origin}/kiosk/release.json")
    kiosk.page.evaluate("""() => new Promise((resolve) => {
      const request = indexedDB.open("parvis-kiosk", 99);
      request.onupgradeneeded = () => { request.result.createObjectStore("of a later release"); };
      request.onsuccess = () => { request.result.close(); resolve(); };
    })""")
    kiosk.open()
    kiosk.vote(kiosk.town.codes[0], 0)
    wait_for(lambda: len(ballots(kiosk.town)) == 1, kiosk)


def test_a_meeting_that_cannot_be_read_stops_the_vote_and_not_the_sending(opened: Open) -> None:
    kiosk = opened().ready()
    town = kiosk.town
    wait_for(lambda: len(town.records) == 2, kiosk)
    town.mood = "portal"
    kiosk.vote(town.codes[0], 0)
    kiosk.page.goto(f"{town.origin}/kiosk/release.json")
    kiosk.page.evaluate("""() => new Promise((resolve) => {
      const request = indexedDB.open("parvis-kiosk");
      request.onsuccess = () => {
        const tx = request.result.transaction("settings", "readwrite");
        tx.objectStore("settings").put({ pack: "{", sig: "" }, "pack");
        tx.oncomplete = () => { request.result.close(); resolve(); };
      };
    })""")
    kiosk.open(f"#enrol={town.enrol_code}")
    kiosk.title("Cette borne ne peut pas lire sa réunion")
    assert kiosk.page.locator("#code").count() == 0
    kiosk.press("Préparer à nouveau cette borne")
    kiosk.sees("Impossible : des enregistrements ne sont ni arrivés ni exportés")
    town.mood = "well"
    kiosk.page.reload()
    wait_for(lambda: len(town.records) == 3, kiosk)
    kiosk.sees("3 enregistrements ici, arrivés : 3")
    kiosk.press("Reprendre la réunion")
    kiosk.title("Prête")
    kiosk.press("Aller à l'écran d'accueil")
    kiosk.vote(town.codes[1], 1)
    assert len(town.former) == 0, "it is the same device with the same chain"
    wait_for(lambda: len(ballots(town)) == 2, kiosk)


def test_a_disk_that_does_not_open_offers_no_enrolment(opened: Open) -> None:
    kiosk = opened()
    kiosk.page.add_init_script("""
      IDBFactory.prototype.open = () => { const request = {}; setTimeout(() => request.onerror(), 0); return request; };
    """)
    kiosk.open()
    kiosk.title("Cette borne n'a pas pu démarrer")
    kiosk.sees("Sortez du mode privé")
    assert kiosk.page.locator("#code").count() == 0


def test_a_second_window_does_not_write_and_takes_over_when_the_first_one_crashes(opened: Open) -> None:
    """D7."""
    kiosk = opened().ready()
    second = Kiosk(kiosk.context, kiosk.town).open()
    second.title("La borne est déjà ouverte ici")
    kiosk.page.bring_to_front()
    kiosk.vote(kiosk.town.codes[0], 0)
    crash(kiosk.page)
    expect(second.page.locator("pv-rest")).to_be_visible()
    second.vote(kiosk.town.codes[1], 1)
    wait_for(lambda: len(ballots(kiosk.town)) == 2, second)
    assert [head["seq"] for head in kiosk.town.headers()] == [1, 2, 3, 4], "one chain"


CLOSED = "for (const db of window.opened) { db.close(); %s }"


def test_a_connection_that_the_browser_closes_is_opened_again(opened: Open) -> None:
    """D8: it says so, or says nothing, or another page wants another version."""
    kiosk = opened()
    kiosk.context.add_init_script(WATCH)
    kiosk.ready()
    told = "db.onclose?.(new Event('close'));"
    for place, way in enumerate((told, "", "db.onversionchange?.(new Event('versionchange'));")):
        kiosk.to_review(kiosk.town.codes[place], 0)
        kiosk.page.evaluate(f"() => {{ {CLOSED % way} }}")
        kiosk.press("Déposer mon bulletin")
        kiosk.title("Enregistré sur cet appareil")
        kiosk.press("Terminé")
    wait_for(lambda: len(ballots(kiosk.town)) == 3, kiosk)


def test_a_database_that_does_not_open_again_stops_the_kiosk(opened: Open) -> None:
    """D8: nothing is kept in memory instead, and whoever has given their pass is answered."""
    kiosk = opened()
    kiosk.context.add_init_script(WATCH)
    kiosk.ready()
    bar = "IDBFactory.prototype.open = () => { throw new Error('barred'); };"
    kiosk.press("Touchez pour commencer")
    expect(kiosk.page.locator("pv-pass")).to_be_visible()
    kiosk.page.evaluate(f"() => {{ {CLOSED % ''} {bar} }}")
    kiosk.give_pass(kiosk.town.codes[0])
    kiosk.sees("Gardez votre passe")
    kiosk.press("Retour")
    kiosk.sees("Cette borne ne peut plus rien enregistrer")


def test_what_is_taken_from_under_an_open_page_is_missed_by_it(opened: Open) -> None:
    """D3: an empty database keeps a probe well, and is not the one that held the chain."""
    kiosk = opened().ready()
    kiosk.to_review(kiosk.town.codes[0], 0)
    other = kiosk.context.new_page()
    other.goto(f"{kiosk.town.origin}/kiosk/release.json")
    other.evaluate("() => new Promise((done) => { indexedDB.deleteDatabase('parvis-kiosk').onsuccess = done; })")
    kiosk.press("Déposer mon bulletin")
    kiosk.title("Non enregistré")
    kiosk.press("Effacer et terminer")
    kiosk.sees("Cette borne ne peut plus rien enregistrer")


def test_a_pass_that_the_disk_does_not_keep_as_spent_is_not_confirmed(opened: Open) -> None:
    """D9."""
    kiosk = opened().ready()
    kiosk.to_review(kiosk.town.codes[0], 0)
    break_disk(kiosk, "return this.name === 'used' ? this.get('nothing') : real.apply(this, arguments)")
    kiosk.press("Déposer mon bulletin")
    kiosk.title("Non enregistré")
