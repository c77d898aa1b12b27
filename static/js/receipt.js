// Keep this device's own receipts, the last twenty, for the offline page and for "Find a receipt".

const KEY = "parvis.receipts";

/** @returns {{id: string, title: string}[]} */
function kept() {
  try {
    const found = JSON.parse(localStorage.getItem(KEY) ?? "[]");
    return Array.isArray(found) ? found.filter((one) => typeof one?.id === "string") : [];
  } catch {
    return [];
  }
}

const page = document.querySelector("[data-receipt]");
// Only a receipt to which the vote led is one's own; one that was looked up is not kept.
if (page instanceof HTMLElement && document.referrer.includes("/vote/")) {
  try {
    const own = { id: page.dataset.receipt ?? "", title: page.dataset.title ?? "" };
    localStorage.setItem(KEY, JSON.stringify([own, ...kept().filter((one) => one.id !== own.id)].slice(0, 20)));
    page.querySelector("[data-kept-here]")?.removeAttribute("hidden");
  } catch {
    // Storage may be refused; the receipt on the page stays valid.
  }
}

const list = document.querySelector("[data-kept] [data-own-receipts]");
if (list && kept().length) {
  list.closest("[data-kept]")?.removeAttribute("hidden");
  for (const { id, title } of kept()) {
    const [row, link, code] = [document.createElement("li"), document.createElement("a"), document.createElement("code")];
    link.href = `/receipt/${encodeURIComponent(id)}/`;
    link.textContent = title || id.slice(0, 16);
    code.textContent = ` ${id.slice(0, 16)}…`;
    row.append(link, code);
    list.append(row);
  }
}
