// The offline page: this device's own receipts and the next meeting, as they were last known.

/** @param {string} key @returns {unknown} */
function kept(key) {
  try {
    return JSON.parse(localStorage.getItem(key) ?? "null");
  } catch {
    return null;
  }
}

const list = document.querySelector("[data-own-receipts]");
const receipts = kept("parvis.receipts");
if (list instanceof HTMLElement) {
  const rows = Array.isArray(receipts) ? receipts : [];
  for (const receipt of rows) {
    const row = document.createElement("li");
    const code = document.createElement("code");
    code.textContent = String(receipt.id ?? "");
    row.append(String(receipt.title ?? ""), " ", code);
    list.append(row);
  }
  if (rows.length === 0) {
    const row = document.createElement("li");
    row.textContent = list.dataset.empty ?? "";
    list.append(row);
  }
}

const place = document.querySelector("[data-next-meeting]");
if (place instanceof HTMLElement) {
  const meeting = kept("parvis.nextMeeting");
  place.textContent = typeof meeting === "string" && meeting ? meeting : (place.dataset.empty ?? "");
}
