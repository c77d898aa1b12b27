/**
 * What the station's eyes see in pictures that Python drew. Standard input: one line of JSON for each picture,
 * `{"look": {width, grey}, "before": {width, grey} | null, "zoom", "ms", "codes": [text], "closest": [[grey] …]}`, grey in
 * base64; standard output: a line of JSON for each, what was seen and what is advised.
 */

import { createInterface } from "node:readline";
import { adviceOf } from "../../kiosk/domain/advice.js";
import { findMarkers } from "../../kiosk/domain/markers.js";
import { blocksOf, CLOSE_MM, CLOSE_PER_MM, seenOf, sharpnessOf } from "../../kiosk/domain/seeing.js";

const grey = (text) => new Uint8Array(Buffer.from(text, "base64"));

function look({ width, grey: text }) {
  const picture = grey(text);
  return { size: { width, height: picture.length / width }, markers: findMarkers(picture, width), blocks: blocksOf(picture, width) };
}

for await (const line of createInterface({ input: process.stdin })) {
  const told = JSON.parse(line);
  const before = told.before && { ...look(told.before), at: 0 };
  const sharpness = told.closest.map((text) => sharpnessOf(grey(text), CLOSE_MM * CLOSE_PER_MM));
  const now = { ...look(told.look), zoom: told.zoom, codes: told.codes.map((text) => ({ text, corners: [] })), sharpness, at: told.ms };
  const seen = seenOf(now, before);
  const { markers, perMm, speed, change, ink, paper } = seen;
  console.log(JSON.stringify({ advice: adviceOf(seen, new Set()), ids: markers.map(({ id }) => id), places: markers.map(({ corners }) => corners), perMm, speed, change, ink, paper, sharpness: seen.sharpness }));
}
