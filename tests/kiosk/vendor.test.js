import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { test } from "node:test";

const KIOSK = new URL("../../kiosk/", import.meta.url);

function files(folder = "") {
  return readdirSync(new URL(folder, KIOSK)).flatMap((name) =>
    (statSync(new URL(folder + name, KIOSK)).isDirectory() ? files(`${folder}${name}/`) : [folder + name]));
}

test("vendored files are those of the list, byte for byte", () => {
  const list = readFileSync(new URL("vendor/README.md", KIOSK), "utf8");
  const listed = [...list.matchAll(/^\| ([^ |]+\/[^ |]+) \|.*`([0-9a-f]{64})`/gm)];
  const present = files("vendor/").filter((name) => !/\.(txt|md)$/.test(name)).map((name) => name.replace("vendor/", ""));
  assert.deepEqual(listed.map(([, name]) => name).sort(), present.sort());
  for (const [, name, digest] of listed) {
    assert.equal(createHash("sha256").update(readFileSync(new URL(`vendor/${name}`, KIOSK))).digest("hex"), digest, name);
  }
});

test("nothing of the kiosk comes from elsewhere: no other origin, no inline script or style", () => {
  for (const name of files().filter((name) => !name.startsWith("vendor/") && /\.(js|css|html|webmanifest)$/.test(name))) {
    const text = readFileSync(new URL(name, KIOSK), "utf8").replaceAll("http://www.w3.org/2000/svg", "");
    assert.doesNotMatch(text, /https?:\/\/(?!\$|host)/, name);
    assert.doesNotMatch(text, / style=|innerHTML|insertAdjacentHTML|eval\(|new Function/, name);
  }
});

test("only sync asks the network, and only store opens the database", () => {
  for (const name of files().filter((name) => /^(domain|flows|ui|store|sync|words)\//.test(name) && name.endsWith(".js"))) {
    const text = readFileSync(new URL(name, KIOSK), "utf8").replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, "");
    if (!name.startsWith("sync/")) assert.doesNotMatch(text, /\bfetch\(/, name);
    if (!name.startsWith("store/")) assert.doesNotMatch(text, /indexedDB|\.transaction\(/, name);
    if (/^(domain|words)\//.test(name)) assert.doesNotMatch(text, /\b(document|window|navigator)\.\w|from "\.\.\//, name);
    if (name.startsWith("store/")) assert.doesNotMatch(text, /\.delete\(|\.clear\(|deleteObjectStore|deleteDatabase/, `${name}: nothing deletes`);
  }
});

test("files stay readable", () => {
  for (const name of files().filter((name) => !name.startsWith("vendor/") && /\.(js|css)$/.test(name))) {
    assert.ok(readFileSync(new URL(name, KIOSK), "utf8").split("\n").length <= 400, name);
  }
});

test("the kiosk wears the same colours as the web site", () => {
  const values = (text) => Object.fromEntries([...text.matchAll(/(--[a-z0-9-]+): ([^;]+);/g)].map(([, name, value]) => [name, value]).reverse());
  const root = (text) => values(text.slice(text.indexOf(":root {"), text.indexOf("  }", text.indexOf(":root {"))));
  const ours = root(readFileSync(new URL("tokens.css", KIOSK), "utf8"));
  const theirs = root(readFileSync(new URL("../static/css/tokens.css", KIOSK), "utf8"));
  const named = Object.keys(ours).filter((name) => /ground|sheet|leaf|ink|line|hair|plate|link|act|wash|stamp|garden|lamp/.test(name));
  assert.ok(named.length > 20);
  for (const name of named) assert.equal(ours[name], theirs[name], name);
  // The two themes of high contrast, day and night: each of our colours has the site's value.
  const themes = (file) => [...readFileSync(new URL(file, KIOSK), "utf8").matchAll(/([^{}]+)\{([^{}]*)\}/g)]
    .filter(([, selector]) => selector.includes('[data-contrast="more"]') && !selector.includes(":not"))
    .map(([, selector, block]) => [selector.includes('[data-theme="dark"]'), block.match(/--[a-z0-9-]+: [^;]+/g).sort()]);
  const [own, sites] = ["tokens.css", "../static/css/tokens.css"].map(themes);
  assert.deepEqual(own.map(([dark]) => dark), [false, true]);
  for (const [dark, colours] of own) {
    const known = sites.filter(([isDark]) => isDark === dark).flatMap(([, block]) => block);
    assert.deepEqual(colours.filter((colour) => !known.includes(colour)), []);
  }
});
