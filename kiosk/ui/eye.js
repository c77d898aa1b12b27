/**
 * What is shown over the camera's picture: where the sheet is, how near the photo is, and that it was taken: seen, heard
 * and felt, each enough by itself. The pages of the office use this module, too (`static/js/photos.js`).
 */

import { MARKER_IDS } from "../domain/markers.js";
import { outlineOf } from "../domain/seeing.js";

const SVG = "http://www.w3.org/2000/svg";
const [FIRST_HZ, SECOND_HZ, TONE_S] = [880, 1320, 0.09];
const SHAKE_MS = 60;
const FLASH_MS = 260;

export class Eye {
  /** @param {HTMLElement} frame holds the video and nothing else: what is drawn lies over it */
  constructor(frame) {
    this.frame = frame;
    this.shape = document.createElementNS(SVG, "polygon");
    this.drawing = document.createElementNS(SVG, "svg");
    this.drawing.setAttribute("class", "outline");
    this.drawing.setAttribute("aria-hidden", "true");
    this.drawing.append(this.shape);
    this.near = document.createElement("span");
    this.near.className = "near";
    frame.append(this.drawing, this.near);
    this.sound = null;
  }

  /** @param {import("../domain/seeing.js").Seen} seen @param {{shown: string, steady: number}} guided */
  show(seen, { shown, steady }) {
    const corners = outlineOf(seen);
    this.drawing.setAttribute("viewBox", `0 0 ${seen.size.width} ${seen.size.height}`);
    // Two corners are a line, three a corner: it is seen which one is missing.
    this.shape.setAttribute("points", corners.map(({ x, y }) => `${x},${y}`).join(" "));
    this.frame.dataset.corners = String(corners.length);
    this.frame.classList.toggle("whole", corners.length === MARKER_IDS.length);
    this.frame.classList.toggle("good", shown === "good");
    this.near.style.inlineSize = `${Math.round(steady * 100)}%`;
  }

  /** The photo is on the disk. */
  taken() {
    this.near.style.inlineSize = "0";
    this.frame.classList.add("taken");
    setTimeout(() => this.frame.classList.remove("taken"), FLASH_MS);
    globalThis.navigator.vibrate?.(SHAKE_MS);
    this.tone();
  }

  /** Two short tones, rising. Where there is no sound, nothing is missing. */
  tone() {
    try {
      this.sound ??= new AudioContext();
      const { currentTime: now, destination } = this.sound;
      [FIRST_HZ, SECOND_HZ].forEach((pitch, i) => {
        const [voice, loudness] = [this.sound.createOscillator(), this.sound.createGain()];
        voice.frequency.value = pitch;
        loudness.gain.setValueAtTime(0.12, now + i * TONE_S);
        loudness.gain.exponentialRampToValueAtTime(0.001, now + (i + 1) * TONE_S);
        voice.connect(loudness).connect(destination);
        voice.start(now + i * TONE_S);
        voice.stop(now + (i + 1) * TONE_S);
      });
    } catch {
      this.sound = null;
    }
  }

  close() {
    this.sound?.close();
    this.sound = null;
    this.shape.removeAttribute("points");
  }
}
