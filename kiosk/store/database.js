/**
 * The only door to IndexedDB. Work inside a transaction is synchronous: it may start requests and react to them, and
 * awaits nothing else, because a transaction that idles commits by itself, half done.
 */

import { upgrade, VERSION } from "./upgrades.js";

const NAME = "parvis-kiosk";

/** A write that is not durable. `code` is "full", "storage", "lied" (read back other than written), "gone" (the chain is not
 * there any more) or "closed". */
export class NotSaved extends Error {
  /** @param {string} code @param {unknown} [cause] */
  constructor(code, cause) {
    super(code, { cause });
    this.code = code;
  }
}

export class Database {
  /** @param {IDBFactory} factory */
  constructor(factory) {
    this.factory = factory;
    /** @type {Promise<IDBDatabase> | null} */
    this.opening = null;
  }

  /** Opens again after the browser closed the connection (it may, at any time). @returns {Promise<IDBDatabase>} */
  connection() {
    // A later release was here: it only added, so this one takes what it finds.
    this.opening ??= this.open(VERSION).catch((error) => {
      if (error.cause?.name !== "VersionError") throw error;
      return this.open();
    }).catch((error) => { this.opening = null; throw error; });
    return this.opening;
  }

  /** @param {number} [version] none: the one that lies there @returns {Promise<IDBDatabase>} */
  open(version) {
    return new Promise((resolve, reject) => {
      const request = this.factory.open(NAME, version);
      request.onupgradeneeded = ({ oldVersion }) => upgrade(request.transaction, oldVersion);
      request.onerror = () => reject(new NotSaved("storage", request.error));
      request.onblocked = () => reject(new NotSaved("closed"));
      request.onsuccess = () => {
        const db = request.result;
        const forget = () => { this.opening = null; };
        db.onclose = forget;
        db.onversionchange = () => { db.close(); forget(); };
        resolve(db);
      };
    });
  }

  /**
   * @param {string[]} names
   * @param {(stores: Record<string, IDBObjectStore>, guard: <A>(react: (answer: A) => void) => (answer: A) => void) => void} work
   *   synchronous; what reacts to a request goes through `guard`, so that an error in it keeps its name
   * @returns {Promise<void>} when the transaction is complete, which with strict durability means: on the disk
   */
  async write(names, work) {
    const tx = await this.begin(names, "readwrite");
    return finished(tx, (guard) => work(storesOf(tx, names), guard));
  }

  /**
   * @template T @param {string[]} names @param {(stores: Record<string, IDBObjectStore>, give: (value: T) => void) => void} work
   * @returns {Promise<T>} what `give` was called with last
   */
  async read(names, work) {
    const tx = await this.begin(names, "readonly");
    let result;
    await finished(tx, () => work(storesOf(tx, names), (value) => { result = value; }));
    return result;
  }

  /** @param {string[]} names @param {IDBTransactionMode} mode @returns {Promise<IDBTransaction>} */
  async begin(names, mode) {
    for (let attempt = 0; ; attempt += 1) {
      const db = await this.connection();
      try {
        return db.transaction(names, mode, { durability: "strict" });
      } catch (error) {
        this.opening = null;
        if (attempt === 1) throw new NotSaved("closed", error);
      }
    }
  }

  /** @param {string} name @returns {Promise<any>} */
  setting(name) {
    return this.read(["settings"], ({ settings }, give) => {
      const request = settings.get(name);
      request.onsuccess = () => give(request.result);
    });
  }

  /** @param {Record<string, unknown>} values written together @returns {Promise<void>} */
  putSettings(values) {
    return this.write(["settings"], ({ settings }) => {
      for (const [name, value] of Object.entries(values)) settings.put(value, name);
    });
  }

  /**
   * Does this disk keep what it is given? Asked before a person begins, and after every failure.
   * @param {string} token something not written before @returns {Promise<boolean>}
   */
  async probe(token) {
    try {
      await this.putSettings({ probe: token });
      return (await this.setting("probe")) === token;
    } catch {
      return false;
    }
  }
}

/** @param {IDBTransaction} tx @param {string[]} names */
function storesOf(tx, names) {
  return Object.fromEntries(names.map((name) => [name, tx.objectStore(name)]));
}

/** @param {IDBTransaction} tx @param {(guard: Function) => void} work @returns {Promise<void>} */
function finished(tx, work) {
  return new Promise((resolve, reject) => {
    let thrown = null;
    const guard = (react) => (answer) => {
      try {
        react(answer);
      } catch (error) {
        thrown = notSaved(error);
        abort(tx);
      }
    };
    const fail = () => reject(thrown ?? notSaved(tx.error));
    tx.oncomplete = () => resolve();
    tx.onabort = fail;
    guard(() => work(guard))();
  });
}

/** @param {IDBTransaction} tx */
function abort(tx) {
  try {
    tx.abort();
  } catch {
    // Already finished: its own event tells the outcome.
  }
}

/** @param {any} error @returns {Error} */
function notSaved(error) {
  if (error instanceof NotSaved) return error;
  return new NotSaved(error?.name === "QuotaExceededError" ? "full" : "storage", error);
}
