/**
 * The database, from one version to the next. A step only adds: what an earlier release wrote is kept byte for byte, and
 * an earlier release that meets a later database still finds all that it knows. Steps are never changed, only followed.
 */

import { installationOf } from "../domain/pack.js";
import { emptySync } from "../domain/state.js";

/** Settings under this name and an epoch: the chain of an earlier enrolment, with all that sending it takes. */
export const FORMER = "former:";
export const formerRange = () => IDBKeyRange.bound(FORMER, `${FORMER}\uffff`);

/** @param {IDBTransaction} tx */
function createStores({ db }) {
  db.createObjectStore("settings");
  db.createObjectStore("records", { keyPath: ["epoch", "seq"] });
  db.createObjectStore("verdicts", { keyPath: ["epoch", "seq"] });
  db.createObjectStore("used");
}

/**
 * Each chain can be sent by itself: whom it goes to stands beside it and no longer only in the pack, which a release may
 * be unable to read. And each counts its ballots, so that nobody need read all records for one number.
 * @param {IDBTransaction} tx
 */
function letChainsStandAlone(tx) {
  const [settings, records] = ["settings", "records"].map((name) => tx.objectStore(name));
  const counted = (chain, give) => ask(records.getAll(IDBKeyRange.bound([chain.epoch, 0], [chain.epoch, Infinity])), (kept) => {
    give({ ...chain, ballots: kept.filter(({ type }) => type === "ballot.sealed").length });
  });
  ask(settings.get("pack"), (pack) => { settings.put(installationOf(pack), "installation"); });
  ask(settings.get("chain"), (chain) => { if (chain) counted(chain, (whole) => settings.put(whole, "chain")); });
  ask(settings.getAllKeys(formerRange()), (names) => names.forEach((name) => ask(settings.get(name), (former) => {
    const more = { sync: emptySync(), installation: installationOf(former.pack), exported: null };
    counted(former.chain, (chain) => settings.put({ ...more, ...former, chain }, name));
  })));
}

/**
 * Files that travel apart from their record: what is known of each, and its bytes, which are large and read alone.
 * @param {IDBTransaction} tx
 */
function keepAttachments({ db }) {
  db.createObjectStore("attachments", { keyPath: ["epoch", "sha256"] });
  db.createObjectStore("files");
}

const STEPS = [createStores, letChainsStandAlone, keepAttachments];
export const VERSION = STEPS.length;

/** @param {IDBTransaction} tx of an upgrade @param {number} from the version that lies on the disk; 0: nothing yet */
export function upgrade(tx, from) {
  for (const step of STEPS.slice(from)) step(tx);
}

/** @param {IDBRequest} request @param {(answer: any) => void} react */
function ask(request, react) {
  request.onsuccess = () => react(request.result);
}
