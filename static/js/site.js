// Small enhancements of every public page. Nothing depends on them.

import "./dialog.js";
import "./toast.js";

if ("serviceWorker" in navigator) {
  navigator.serviceWorker.register("/serviceworker.js", { scope: "/" }).catch(() => {
    // Without a worker the site works online only; nothing to tell the reader.
  });
}

// The summary of errors takes the focus, so that a screen reader begins with it.
document.querySelector("#errors")?.focus();
