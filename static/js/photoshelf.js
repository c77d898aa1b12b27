// Photos that were taken here, in the browser's own store, until they have arrived: never in a gallery, never a file
// (B21). What has arrived loses its bytes; what it was is known by its hash.

const NAME = "parvis-photos";

/**
 * @typedef {{photo: string, session: string, number: number, bytes: Uint8Array | null, outcome: string, why: string, isDone: boolean}} Taken
 *   `photo`: SHA-256 in hex; `bytes`: null once it has arrived; `outcome`: as the server says it; `isDone`: nothing is left to do about it
 */

/** @template T @param {IDBRequest<T>} request @returns {Promise<T>} */
const done = (request) => new Promise((resolve, reject) => {
  request.addEventListener("success", () => resolve(request.result));
  request.addEventListener("error", () => reject(request.error));
});

export class Shelf {
  /** @param {string} session whose photos these are */
  constructor(session) {
    this.session = session;
    /** @type {IDBDatabase | null} */
    this.database = null;
  }

  /** @param {IDBTransactionMode} mode @returns {Promise<{store: IDBObjectStore, ended: Promise<void>}>} */
  async open(mode) {
    if (!this.database) {
      const asked = indexedDB.open(NAME, 1);
      asked.addEventListener("upgradeneeded", () => asked.result.createObjectStore("taken", { keyPath: ["session", "photo"] }));
      this.database = await done(asked);
      this.database.addEventListener("close", () => { this.database = null; });
    }
    const tx = this.database.transaction("taken", mode, { durability: "strict" });
    const ended = new Promise((resolve, reject) => {
      tx.addEventListener("complete", () => resolve(undefined));
      for (const event of ["abort", "error"]) tx.addEventListener(event, () => reject(tx.error ?? new Error(event)));
    });
    return { store: tx.objectStore("taken"), ended: /** @type {Promise<void>} */ (ended) };
  }

  /** @returns {Promise<Taken[]>} in the order in which they were taken */
  async all() {
    const { store } = await this.open("readonly");
    const found = await done(store.getAll(IDBKeyRange.bound([this.session, ""], [this.session, "\uffff"])));
    return found.sort((one, other) => one.number - other.number);
  }

  /** On the disk, and read back, before anybody is told. @param {Taken} taken @returns {Promise<void>} */
  async put(taken) {
    const { store, ended } = await this.open("readwrite");
    store.put(taken);
    await ended;
    const back = await this.one(taken.photo);
    if (back?.bytes?.length !== taken.bytes?.length) throw new Error("not kept");
  }

  /** @param {string} photo @returns {Promise<Taken | undefined>} */
  async one(photo) {
    const { store } = await this.open("readonly");
    return done(store.get([this.session, photo]));
  }

  /** What was read long ago is nobody's business on this device. @returns {Promise<void>} */
  async tidy() {
    const over = (await this.all()).filter(({ bytes, outcome, isDone }) => !bytes && (isDone || ["read", "people"].includes(outcome)));
    const { store, ended } = await this.open("readwrite");
    for (const { photo } of over) store.delete([this.session, photo]);
    await ended;
  }
}
