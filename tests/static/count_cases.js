// Counts cases by the browser's verifier: an array of {projects, budget, count} comes in, an array of rounds goes out.

import { readFileSync } from "node:fs";
import { turns } from "../../static/js/verify/count.js";

const cases = JSON.parse(readFileSync(0, "utf8"));
console.log(JSON.stringify(cases.map(({ projects, budget, count }) => turns(projects, budget, count))));
