/**
 * Which release runs here, whether it lies here whole, and when another may take over.
 */

import { hash } from "../domain/bytes.js";

const LOOK_AGAIN_MS = 30 * 60_000;

/** @param {{fetch: typeof fetch}} net @returns {Promise<string>} the hash of the release; "unknown" when nobody says */
export async function currentRelease({ fetch }) {
  try {
    const answer = await (await fetch("/kiosk/release.json", { cache: "no-store" })).json();
    return String(answer.release);
  } catch {
    return "unknown";
  }
}

export class Releases {
  /**
   * @param {object} parts
   * @param {ServiceWorkerContainer | undefined} parts.container @param {typeof fetch} parts.fetch @param {() => void} parts.reload
   * @param {() => boolean} parts.isIdle
   *   nobody is here and no session is open
   * @param {() => void} parts.onOffline the first release has been stored whole
   */
  constructor({ container, fetch, reload, isIdle, onOffline }) {
    Object.assign(this, { container, fetch, reload, isIdle, onOffline });
    this.registration = null;
  }

  async start() {
    if (!this.container) return;
    let running = this.container.controller;
    this.container.addEventListener("controllerchange", () => {
      // The first worker to arrive changes nothing on the page; a later one brings another release.
      if (running) this.reload();
      else this.onOffline();
      running = this.container.controller;
    });
    try {
      this.registration = await this.container.register("/kiosk/sw.js", { scope: "/kiosk/", updateViaCache: "none" });
    } catch {
      return;
    }
    setInterval(() => this.look(), LOOK_AGAIN_MS);
  }

  /** Called whenever the kiosk comes to rest. */
  look() {
    if (!this.registration || !this.isIdle()) return;
    if (this.registration.waiting && this.container.controller) this.registration.waiting.postMessage("take-over");
    else if (navigator.onLine) this.registration.update().catch(() => {});
  }

  /**
   * Right after the first visit the release is still being stored.
   * @param {number} patienceMs @returns {Promise<void>}
   */
  async settle(patienceMs) {
    const end = performance.now() + patienceMs;
    while (this.container && !this.container.controller && performance.now() < end) {
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  /**
   * Does every file of the release lie here, byte for byte? Asked of what the worker stored, so without network as well.
   * @returns {Promise<boolean>}
   */
  async isWhole() {
    if (!this.container?.controller) return false;
    try {
      const { files } = await (await this.fetch("/kiosk/release.json", { cache: "no-store" })).json();
      const whole = await Promise.all(files.map(async ({ path, sha256 }) => {
        const kept = await caches.match(`/kiosk/${path === "index.html" ? "" : path}`);
        return Boolean(kept) && (await hash(await kept.arrayBuffer())) === sha256;
      }));
      return whole.length > 0 && whole.every(Boolean);
    } catch {
      return false;
    }
  }
}
