import assert from "node:assert/strict";
import { test } from "node:test";

import { earthOf } from "../../static/js/plan.js";

test("a point of the picture and its degrees are one and the same", () => {
  const earth = earthOf("1.40 43.55 80700.00 111320.00");
  const [latitude, longitude] = earth.degrees(807, 1113.2);
  assert.deepEqual([latitude, longitude], ["43.54000", "1.41000"]);
  const [x, y] = earth.metres(Number(latitude), Number(longitude));
  assert.ok(Math.abs(x - 807) < 1 && Math.abs(y - 1113.2) < 1);
});
