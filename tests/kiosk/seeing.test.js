/** What a look at the camera's picture gives, and what whoever holds the tablet is told: one thing at a time. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { adviceOf, Guide, pauseAfter, STEADY_MS } from "../../kiosk/domain/advice.js";
import { CELLS, findMarkers, MARKER_IDS } from "../../kiosk/domain/markers.js";
import { leftToDo, readOutcomes } from "../../kiosk/domain/outcomes.js";
import { areTwo, blocksOf, changeOf, greyOf, isSheetCode, outlineOf, seenOf, sharpnessOf, sheetCodes } from "../../kiosk/domain/seeing.js";

const [WIDTH, HEIGHT, CELL] = [240, 320, 4];
const CODE = "AEAKXTPPAERUKZ4JAAAQCAIAAEBAGBAFAYDQQCI";
const OTHER = "AEB7777777777777AEBAEA7777777777777777Y";
/** Clockwise from the top left. @type {[number, number][]} */
const PLACES = [[12, 12], [WIDTH - 12 - 6 * CELL, 12], [WIDTH - 12 - 6 * CELL, HEIGHT - 12 - 6 * CELL], [12, HEIGHT - 12 - 6 * CELL]];

/** A page with these markers; the frame of 6 × 6 cells is black. @param {number[]} ids @param {{paper?: number, ink?: number, x?: number}} how */
function page(ids, { paper = 220, ink = 30, x: moved = 0 } = {}) {
  const grey = new Uint8Array(WIDTH * HEIGHT).fill(paper);
  ids.forEach((id, place) => {
    if (!id) return;
    const [left, top] = PLACES[place];
    for (let y = 0; y < 6 * CELL; y += 1) {
      for (let x = 0; x < 6 * CELL; x += 1) {
        const [row, column] = [Math.floor(y / CELL), Math.floor(x / CELL)];
        const isInner = row > 0 && row < 5 && column > 0 && column < 5;
        if (!isInner || CELLS[id][4 * (row - 1) + column - 1] === "0") grey[(top + y) * WIDTH + left + x + moved] = ink;
      }
    }
  });
  return grey;
}

/** @param {Uint8Array} grey @param {{text?: string[], before?: Uint8Array | null, sharpness?: number, zoom?: number}} how */
function look(grey, { texts = [CODE], before = grey, sharpness = 50, zoom = 1 } = {}) {
  const part = (picture, at) => ({ markers: findMarkers(picture, WIDTH), blocks: blocksOf(picture, WIDTH), at });
  const codes = texts.map((text) => ({ text, corners: [] }));
  return seenOf({ ...part(grey, 200), codes, size: { width: WIDTH, height: HEIGHT }, zoom, sharpness: [sharpness, 90] }, before && part(before, 0));
}

const good = page(MARKER_IDS);

test("the four corners are found where they are, each by its own name", () => {
  const found = findMarkers(good, WIDTH);
  assert.deepEqual(found.map(({ id }) => id).sort((one, other) => one - other), MARKER_IDS);
  for (const { id, corners, side } of found) {
    const [left, top] = PLACES[MARKER_IDS.indexOf(id)];
    assert.ok(Math.hypot(corners[0].x - left, corners[0].y - top) < 1.5, `${id} begins at its own top left`);
    assert.ok(Math.abs(side - 6 * CELL) < 1.5);
  }
  assert.deepEqual(outlineOf(look(good)).map(({ x, y }) => [x < WIDTH / 2, y < HEIGHT / 2]), [[true, true], [false, true], [false, false], [true, false]]);
});

test("a page seen from behind, a finder of a QR code and an empty box are no corners", () => {
  const behind = new Uint8Array(WIDTH * HEIGHT);
  for (let i = 0; i < behind.length; i += 1) behind[i] = good[Math.floor(i / WIDTH) * WIDTH + WIDTH - 1 - (i % WIDTH)];
  assert.deepEqual(findMarkers(behind, WIDTH), []);
  const rings = new Uint8Array(WIDTH * HEIGHT).fill(230);
  for (const [left, isFilled] of [[20, true], [120, false]]) {
    for (let y = 0; y < 42; y += 1) {
      for (let x = 0; x < 42; x += 1) {
        const ring = Math.min(x, y, 41 - x, 41 - y) / 6;
        if (ring < 1 || (isFilled && ring >= 2)) rings[(40 + y) * WIDTH + left + x] = 20;
      }
    }
  }
  assert.deepEqual(findMarkers(rings, WIDTH), []);
  const torn = page([7, 0, 0, 0]);
  for (let y = 0; y < CELL; y += 1) torn.fill(220, (12 + y) * WIDTH + 12 + CELL, (12 + y) * WIDTH + 12 + 4 * CELL);
  assert.deepEqual(findMarkers(torn, WIDTH), [], "its frame is not whole");
});

test("advice names the first thing that stands in the way", () => {
  const told = (grey, how, ...saved) => adviceOf(look(grey, how), new Set(saved));
  const blank = new Uint8Array(WIDTH * HEIGHT).fill(90);
  assert.equal(told(good), "good");
  assert.equal(told(blank, { texts: [] }), "no_sheet");
  assert.equal(told(page(MARKER_IDS, { paper: 70, ink: 10 })), "dark");
  assert.equal(told(page(MARKER_IDS, { paper: 250, ink: 120 })), "bright");
  assert.equal(told(page(MARKER_IDS, { paper: 130, ink: 80 })), "dark", "too little between print and paper");
  assert.equal(told(good, { before: null }), "still", "nothing to compare with yet");
  assert.equal(told(good, { before: page(MARKER_IDS, { x: 6 }) }), "still");
  assert.equal(told(page([7, 23, 26, 0])), "cropped");
  assert.equal(told(page([0, 0, 0, 0])), "cropped", "its code alone is in sight");
  assert.equal(told(page([7, 23, 0, 0]), { texts: [] }), "cropped");
  assert.equal(told(good, { zoom: 0.5 }), "far");
  assert.equal(told(good, { sharpness: 5 }), "blurred", "one corner is enough");
  assert.equal(told(good, { texts: [] }), "no_code");
  assert.equal(told(good, { texts: ["https://parvis.example/"] }), "no_code");
  assert.equal(told(good, {}, CODE), "again");
  assert.equal(told(good, {}, OTHER), "good");
});

test("b14 two codes, or the same corner twice, are two sheets; one code read twice is one", () => {
  assert.equal(adviceOf(look(good, { texts: [CODE, OTHER] }), new Set()), "two");
  assert.equal(adviceOf(look(page([7, 7, 0, 0]), { texts: [CODE] }), new Set()), "two");
  assert.ok(!areTwo(look(good, { texts: [CODE, CODE] })));
  assert.deepEqual(sheetCodes([{ text: CODE, corners: [] }, { text: CODE, corners: [] }]).length, 1);
});

test("all is well for a while, and the picture is taken once; the next sheet is waited for", () => {
  const guide = new Guide();
  const seen = look(good);
  const dues = [0, 200, 400, 600, 800].map((at) => guide.look(seen, at));
  assert.deepEqual(dues.map(({ isDue }) => isDue), [false, false, false, true, true]);
  assert.deepEqual(dues.map(({ steady }) => steady), [0, 200 / STEADY_MS, 400 / STEADY_MS, 1, 1]);
  guide.keep(CODE);
  assert.equal(guide.look(seen, 1000).isDue, false);
  guide.look(seen, 1400);
  assert.equal(guide.look(seen, 1600).shown, "again");
  const next = look(good, { texts: [OTHER] });
  assert.deepEqual([2000, 2300, 2600].map((at) => guide.look(next, at).isDue), [false, false, true]);
  guide.keep(OTHER);
  assert.deepEqual([3000, 3300, 3700].map((at) => guide.look(seen, at).isDue), [false, false, false], "the first one, shown once more");
});

test("a moment that is not good begins the waiting anew, and so does another sheet", () => {
  const guide = new Guide();
  const [seen, next] = [look(good), look(good, { texts: [OTHER] })];
  guide.look(seen, 0);
  guide.look(look(good, { sharpness: 5 }), 300);
  assert.equal(guide.look(seen, 700).isDue, false);
  guide.look(seen, 1200);
  assert.equal(guide.look(next, 1350).isDue, false);
  assert.equal(guide.look(next, 1900).isDue, false);
  assert.equal(guide.look(next, 1950).isDue, true);
});

test("what could not be saved is not tried by itself again and again; who asks for it once more gets it", () => {
  const guide = new Guide();
  const seen = look(good);
  guide.look(seen, 0);
  guide.leave(CODE);
  assert.equal(guide.look(seen, 900).isDue, false);
  guide.again();
  guide.look(seen, 1000);
  assert.equal(guide.look(seen, 1700).isDue, true);
  guide.keep(CODE);
  guide.again();
  guide.look(seen, 2000);
  assert.equal(guide.look(seen, 2700).isDue, true, "take again");
});

test("words do not flicker, and what passes by is not said aloud", () => {
  const guide = new Guide();
  const [dim, cut] = [look(page(MARKER_IDS, { paper: 70, ink: 10 })), look(page([7, 23, 26, 0]))];
  assert.deepEqual(guide.look(dim, 0), { shown: "dark", said: "", steady: 0, isDue: false });
  assert.equal(guide.look(cut, 200).shown, "dark", "not yet");
  assert.equal(guide.look(dim, 400).shown, "dark");
  assert.equal(guide.look(cut, 600).shown, "dark");
  const later = guide.look(cut, 1000);
  assert.deepEqual([later.shown, later.said], ["cropped", ""]);
  assert.equal(guide.look(cut, 2200).said, "cropped");
});

test("a slow tablet looks less often, and never more than ten times a second", () => {
  assert.deepEqual([10, 200, 5000].map(pauseAfter), [100, 240, 700]);
});

test("sharpness does not depend on the light, only on the edges", () => {
  const edge = (shade) => Uint8Array.from({ length: 900 }, (_, i) => shade(i % 30));
  const [crisp, dim, soft] = [edge((x) => (x < 15 ? 20 : 220)), edge((x) => (x < 15 ? 20 : 120)), edge((x) => 20 + 200 / (1 + Math.exp((15 - x) / 3)))];
  assert.ok(Math.abs(sharpnessOf(crisp, 30) - sharpnessOf(dim, 30)) < 0.01 * sharpnessOf(crisp, 30));
  assert.ok(sharpnessOf(soft, 30) < sharpnessOf(crisp, 30) / 10);
  assert.equal(sharpnessOf(new Uint8Array(900).fill(9), 30), 0);
});

test("grain of a camera is no movement, and pictures of two sizes are not compared", () => {
  const grain = good.map((shade, i) => shade + ((i * 7919) % 13) - 6);
  assert.ok(changeOf(blocksOf(good, WIDTH), blocksOf(grain, WIDTH)) < 2);
  assert.equal(changeOf(new Uint8Array(4), new Uint8Array(9)), 255);
});

test("grey is weighed as the eye does", () => {
  const frame = { width: 3, height: 1, data: Uint8ClampedArray.from([255, 0, 0, 255, 0, 255, 0, 255, 0, 0, 255, 255]) };
  assert.deepEqual([...greyOf(frame)], [76, 149, 28]);
});

test("only the code of a sheet is one", () => {
  for (const text of [CODE, OTHER]) assert.ok(isSheetCode(text));
  for (const text of ["", "000G40R40M30E209ZT", "https://parvis.example/kiosk/#enrol=000G40R40M30E209ZT", `AE${"1".repeat(37)}`]) assert.ok(!isSheetCode(text));
});

test("what became of photos is taken as it is said, and nothing odd with it", () => {
  const told = { reading: 1, read: 5, people: 2, odd: [[12, "again", "too_blurred"], [13, "aside", "test_sheet"], [14, "burn", "x"], "odd", [15, "again"]] };
  const odd = [{ seq: 12, deed: "again", why: "too_blurred" }, { seq: 13, deed: "aside", why: "test_sheet" }];
  assert.deepEqual(readOutcomes(told), { reading: 1, read: 5, people: 2, odd });
  assert.deepEqual(leftToDo(readOutcomes(told), [12, 99]), [odd[1]]);
  for (const none of [undefined, null, 7, {}, { ...told, read: -1 }, { ...told, people: "2" }, { ...told, odd: {} }]) assert.equal(readOutcomes(none), null);
  assert.deepEqual(leftToDo(null, []), []);
});
