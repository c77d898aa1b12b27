/**
 * A scanner station: somebody takes photos of sheets, one after the other, also without network. Each photo is a record
 * that names its image; both are on the disk, and read back, before anybody is told so.
 */

import { fileOf } from "../domain/attachments.js";
import { utf8 } from "../domain/bytes.js";
import { leftToDo } from "../domain/outcomes.js";
import { MEDIA_TYPE } from "../ui/lens.js";

/** Asked once more while the server reads, since whoever holds the sheet waits for it (B11); and then less and less often. */
const ASK_AFTER_S = 8;

/** @typedef {{taken: number, arrived: number, waiting: number[]}} Counts `waiting`: numbers of the records whose image is not there */

export class Photographing {
  /**
   * @param {object} parts @param {import("../store/outbox.js").Outbox} parts.outbox
   * @param {import("../store/database.js").Database} parts.database
   * @param {() => any} parts.context pack, state, stop @param {() => void} parts.onChange @param {() => void} parts.ask hear from the server
   * @param {(error: Error) => void} parts.onTrouble the disk did not keep it @param {() => void} parts.onKept
   */
  constructor(parts) {
    Object.assign(this, parts);
    /** @type {Counts} */
    this.counts = { taken: 0, arrived: 0, waiting: [] };
    /** @type {import("../domain/outcomes.js").Told | null} */
    this.outcomes = null;
    /** @type {import("../domain/outcomes.js").Odd[]} */
    this.todo = [];
    Object.assign(this, { seconds: 0, askAt: ASK_AFTER_S });
    this.wipe();
  }

  /** Nothing stands on the screen any more; what is saved stays saved. */
  wipe() {
    Object.assign(this, { isOpen: false, isSaving: false, saved: 0, instead: 0, trouble: "" });
  }

  /** @returns {boolean} */
  mayTake() {
    const { state, stop } = this.context();
    return state === "open" && !stop;
  }

  open() {
    if (!this.mayTake()) return;
    this.wipe();
    this.isOpen = true;
    this.onChange();
  }

  /** The same sheet once more. What is saved stays; the sheet counts once (B1). @param {number} seq of the photo that is not good */
  again(seq) {
    if (!this.mayTake()) return;
    Object.assign(this, { isOpen: true, saved: 0, instead: seq, trouble: "" });
    this.onChange();
  }

  /** Nothing is left to do about a photo. @param {number} seq of its record @returns {Promise<void>} */
  async settle(seq) {
    const { epoch } = await this.outbox.chain();
    const { seqs } = await this.settled(epoch);
    await this.database.putSettings({ photosDone: { epoch, seqs: [...new Set([...seqs, seq])] } });
    await this.refresh();
    this.onChange();
  }

  /** @param {string} epoch @returns {Promise<{epoch: string, seqs: number[]}>} numbers are those of one chain */
  async settled(epoch) {
    const done = await this.database.setting("photosDone");
    return done?.epoch === epoch ? done : { epoch, seqs: [] };
  }

  /**
   * Keep a photo. A second touch while the first is being saved takes none (D19).
   * @param {() => Promise<Uint8Array>} take the bytes of a JPEG @returns {Promise<boolean>} whether it is on the disk
   */
  async keep(take) {
    if (this.isSaving || !this.mayTake()) return false;
    const { instead } = this;
    Object.assign(this, { isSaving: true, trouble: "", saved: 0 });
    this.onChange();
    try {
      const file = await fileOf(await take(), MEDIA_TYPE);
      const { space, id } = this.context().pack.session;
      const deed = { type: "paper.photo", space, meeting: id, actor: "scanner", body: utf8("{}"), files: [file] };
      const [record] = await this.outbox.append([deed]);
      Object.assign(this, { saved: record.seq, instead: 0 });
      // A note for this screen alone: were it lost, the photo would stand in the list once more.
      if (instead) await this.settle(instead).catch(() => {});
      await this.refresh();
      this.onKept();
    } catch (error) {
      this.trouble = error?.code ? "disk" : "camera";
      if (error?.code) this.onTrouble(error);
    }
    this.isSaving = false;
    this.onChange();
    return this.saved > 0;
  }

  /** What lies here, and what of it has arrived. */
  async refresh() {
    const chain = await this.outbox.chain();
    const files = chain ? await this.outbox.attachments.of(chain.epoch) : [];
    const waiting = files.filter(({ whole }) => !whole).map(({ seq }) => seq);
    const arrived = files.length - waiting.length;
    if (arrived !== this.counts.arrived) Object.assign(this, { seconds: 0, askAt: ASK_AFTER_S });
    this.counts = { taken: files.length, arrived, waiting };
    if (!chain) return;
    const { sync } = await this.outbox.chains.at(chain.epoch);
    this.outcomes = sync?.photos ?? null;
    this.todo = leftToDo(this.outcomes, (await this.settled(chain.epoch)).seqs);
  }

  /** Once a second. A server that never spoke of photos is not asked. */
  tick() {
    const { outcomes, counts } = this;
    if (!outcomes || outcomes.read + outcomes.people + outcomes.odd.length >= counts.arrived) return;
    this.seconds += 1;
    if (this.seconds < this.askAt) return;
    this.askAt *= 2;
    this.ask();
  }
}

/** @param {import("./app.js").App} app @returns {import("./app.js").Deeds} */
export function deeds(app) {
  const { photographing } = app;
  return {
    photos: () => photographing.open(),
    photo: async ({ take }) => {
      // Taken by itself or by hand: somebody is there.
      app.presence.touch();
      return photographing.keep(take);
    },
    "photo-again": ({ seq }) => photographing.again(seq),
    "photo-aside": ({ seq }) => photographing.settle(seq),
    "photos-done": () => {
      photographing.wipe();
      app.render();
    },
  };
}
