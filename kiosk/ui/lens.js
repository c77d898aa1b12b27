/**
 * The camera as one takes photos of sheets with it: it is looked through for what is seen of a sheet
 * (`domain/seeing.js`), and one frame becomes a JPEG in memory. Nothing is given to the gallery or to a file (B21).
 * The pages of the office use this module, too (`static/js/photos.js`).
 */

import { pauseAfter } from "../domain/advice.js";
import { findMarkers } from "../domain/markers.js";
import { blocksOf, CLOSE_MM, CLOSE_PER_MM, greyOf, seenOf, sharpnessOf } from "../domain/seeing.js";
import { reader, release } from "./scanner.js";

/** Enough to find the corners of a sheet that fills half of the picture; a cheap tablet does it in a tenth of a second. */
const LOOK_PIXELS = 700_000;
const MEDIA = { audio: false, video: { facingMode: { ideal: "environment" }, width: { ideal: 2560 }, height: { ideal: 1920 } } };
export const MEDIA_TYPE = "image/jpeg";
const QUALITY = 0.85;
/** More codes than two sheets have: one of something else may lie beside them. */
const MOST_CODES = 4;

/** @typedef {import("../domain/seeing.js").Seen} Seen */

export class Lens {
  /** @param {HTMLVideoElement} video @param {(seen: Seen, at: number) => void} onLook `at`: milliseconds */
  constructor(video, onLook) {
    Object.assign(this, { video, onLook, stream: null, stopped: false, before: null, code: "" });
    this.canvas = document.createElement("canvas");
    this.close = document.createElement("canvas");
  }

  /** @returns {Promise<void>} @throws when there is no camera, or it was not allowed */
  async start() {
    const stream = await navigator.mediaDevices.getUserMedia(MEDIA);
    if (this.stopped) return release(stream);
    this.stream = stream;
    this.video.srcObject = stream;
    await this.video.play();
    this.watch(await reader());
  }

  /** @param {any} zxing */
  async watch(zxing) {
    while (!this.stopped) {
      const began = performance.now();
      if (this.video.videoWidth && !document.hidden) await this.look(zxing, began);
      await new Promise((resolve) => setTimeout(resolve, pauseAfter(performance.now() - began)));
    }
  }

  async look(zxing, at) {
    const { videoWidth, videoHeight } = this.video;
    const scale = Math.min(1, Math.sqrt(LOOK_PIXELS / (videoWidth * videoHeight)));
    const frame = pixels(this.canvas, this.video, { x: 0, y: 0, width: videoWidth, height: videoHeight }, scale);
    const grey = greyOf(frame);
    const markers = findMarkers(grey, frame.width);
    const codes = await this.codesIn(zxing, frame, markers, scale);
    if (this.stopped) return;
    const sharpness = markers.map((marker) => this.sharpnessAt(marker, scale));
    const { width, height } = frame;
    const now = { codes, markers, size: { width, height }, zoom: 1 / scale, blocks: blocksOf(grey, width), sharpness, at };
    const seen = seenOf(now, this.before);
    this.before = now;
    this.code = seen.codes[0]?.text ?? "";
    this.onLook(seen, at);
  }

  /** Where corners are in sight and no code, the code is looked for among all the pixels that the camera gives. */
  async codesIn(zxing, frame, markers, scale) {
    const found = await read(zxing, frame, 0, 0, 1);
    if (found.length > 0 || markers.length < 3 || scale > 0.9) return found;
    const places = markers.flatMap(({ corners }) => corners);
    const [left, top] = [Math.min(...places.map(({ x }) => x)), Math.min(...places.map(({ y }) => y))];
    const [right, foot] = [Math.max(...places.map(({ x }) => x)), Math.max(...places.map(({ y }) => y))];
    const area = { x: left / scale, y: top / scale, width: (right - left) / scale, height: (foot - top) / scale };
    return read(zxing, pixels(this.close, this.video, area, 1), left, top, scale);
  }

  sharpnessAt({ centre, side }, scale) {
    const reach = ((side / scale) * CLOSE_MM) / 9;
    const area = { x: centre.x / scale - reach / 2, y: centre.y / scale - reach / 2, width: reach, height: reach };
    const frame = pixels(this.close, this.video, area, (CLOSE_MM * CLOSE_PER_MM) / reach);
    return sharpnessOf(greyOf(frame), frame.width);
  }

  /** @returns {Promise<{bytes: Uint8Array, code: string}>} a photo as the camera gives it, and the code that was in sight @throws without a picture */
  async take() {
    const { code, video } = this;
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [video.videoWidth, video.videoHeight];
    canvas.getContext("2d").drawImage(video, 0, 0);
    const blob = await new Promise((resolve) => canvas.toBlob(resolve, MEDIA_TYPE, QUALITY));
    if (!blob) throw new Error("no picture");
    return { bytes: new Uint8Array(await blob.arrayBuffer()), code };
  }

  /** The camera's light goes out; nothing it saw is kept. */
  stop() {
    this.stopped = true;
    if (this.stream) release(this.stream);
    Object.assign(this, { stream: null, before: null, code: "" });
    for (const canvas of [this.canvas, this.close]) canvas.width = 0;
    this.video.srcObject = null;
  }
}

/** Part of the camera's picture, so many times as large. @returns {ImageData} */
function pixels(canvas, video, { x, y, width, height }, scale) {
  [canvas.width, canvas.height] = [Math.max(1, Math.round(width * scale)), Math.max(1, Math.round(height * scale))];
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.imageSmoothingQuality = "medium";
  context.drawImage(video, x, y, width, height, 0, 0, canvas.width, canvas.height);
  return context.getImageData(0, 0, canvas.width, canvas.height);
}

/** @returns {Promise<import("../domain/seeing.js").Code[]>} in pixels of the look */
async function read(zxing, frame, left, top, scale) {
  const found = await zxing.readBarcodes(frame, { formats: ["QRCode"], maxNumberOfSymbols: MOST_CODES });
  return found.filter(({ isValid }) => isValid).map(({ text, position }) => ({
    text,
    corners: ["topLeft", "topRight", "bottomRight", "bottomLeft"].map((name) => ({ x: left + position[name].x * scale, y: top + position[name].y * scale })),
  }));
}
