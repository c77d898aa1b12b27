// Keep this device's own receipts for the offline page: the last twenty.

const page = document.querySelector("[data-receipt]");
if (page instanceof HTMLElement && document.referrer.includes("/vote/")) {
  try {
    const kept = JSON.parse(localStorage.getItem("parvis.receipts") ?? "[]");
    const others = (Array.isArray(kept) ? kept : []).filter((one) => one.id !== page.dataset.receipt);
    const own = { id: page.dataset.receipt, title: page.dataset.title };
    localStorage.setItem("parvis.receipts", JSON.stringify([own, ...others].slice(0, 20)));
  } catch {
    // Storage may be refused; the receipt on the page stays valid.
  }
}
