/**
 * Reading QR codes with the camera. The reader (400 kB) is loaded at the first use, from this origin; the worker keeps
 * it for the hall without network. The pages of the desk use this module, too (`static/js/camera.js`).
 */

const READER = "../vendor/zxing-wasm-3.1.4/reader/index.js";
const WASM = new URL("../vendor/zxing-wasm-3.1.4/zxing_reader.wasm", import.meta.url).href;
const PAUSE_MS = 120;
const FIRST_FRAME_MS = 4_000;
const WIDTH = 800;

let loading = null;

/** @returns {Promise<any>} */
export function reader() {
  loading ??= import(READER).then((zxing) => {
    // Without this the library would look for its engine on a public server.
    zxing.prepareZXingModule({ overrides: { locateFile: () => WASM } });
    return zxing;
  });
  return loading;
}

/** @returns {Promise<boolean>} whether this device says that it has a camera */
export async function hasCamera() {
  try {
    const devices = await navigator.mediaDevices.enumerateDevices();
    return devices.some((device) => device.kind === "videoinput");
  } catch {
    return false;
  }
}

/**
 * Does a picture arrive? Looked at once, before a meeting; nothing of it is kept.
 * @returns {Promise<"none" | "silent" | "sees">} "silent": there is a camera, and it was not allowed or shows nothing
 */
export async function trialOfCamera() {
  if (!(await hasCamera())) return "none";
  const video = Object.assign(document.createElement("video"), { muted: true, playsInline: true });
  const end = performance.now() + FIRST_FRAME_MS;
  let stream;
  try {
    stream = await within(FIRST_FRAME_MS, navigator.mediaDevices.getUserMedia({ audio: false, video: true }));
    video.srcObject = stream;
    await within(FIRST_FRAME_MS, video.play());
    while (!video.videoWidth && performance.now() < end) await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    return video.videoWidth ? "sees" : "silent";
  } catch {
    return "silent";
  } finally {
    if (stream) release(stream);
  }
}

/** A question that nobody answers must not hold up the rest. @template T @param {number} ms @param {Promise<T>} work @returns {Promise<T>} */
function within(ms, work) {
  return Promise.race([work, new Promise((_, reject) => { setTimeout(() => reject(new Error("no answer")), ms); })]);
}

export class Scanner {
  /** @param {HTMLVideoElement} video @param {(text: string) => void} onRead */
  constructor(video, onRead) {
    this.video = video;
    this.onRead = onRead;
    this.stream = null;
    this.stopped = false;
  }

  /** @returns {Promise<void>} @throws when there is no camera, or it was not allowed */
  async start() {
    const stream = await navigator.mediaDevices.getUserMedia({
      audio: false, video: { facingMode: { ideal: "environment" }, width: { ideal: 1280 } },
    });
    if (this.stopped) return release(stream);
    this.stream = stream;
    this.video.srcObject = stream;
    await this.video.play();
    this.look(await reader());
  }

  /** @param {any} zxing */
  async look(zxing) {
    const canvas = document.createElement("canvas");
    const context = canvas.getContext("2d", { willReadFrequently: true });
    while (!this.stopped) {
      const { videoWidth, videoHeight } = this.video;
      if (videoWidth) {
        canvas.width = Math.min(WIDTH, videoWidth);
        canvas.height = Math.round((canvas.width * videoHeight) / videoWidth);
        context.drawImage(this.video, 0, 0, canvas.width, canvas.height);
        const frame = context.getImageData(0, 0, canvas.width, canvas.height);
        const found = await zxing.readBarcodes(frame, { formats: ["QRCode"], maxNumberOfSymbols: 1 });
        if (!this.stopped && found[0]?.isValid) this.onRead(found[0].text);
      }
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  }

  /** The camera's light goes out; nothing it saw is kept. */
  stop() {
    this.stopped = true;
    if (this.stream) release(this.stream);
    this.stream = null;
    this.video.srcObject = null;
  }
}

/** @param {MediaStream} stream */
export function release(stream) {
  for (const track of stream.getTracks()) track.stop();
}
