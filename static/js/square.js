// Keep the next meeting for the offline page.

const place = document.querySelector("[data-next-meeting]");
if (place instanceof HTMLElement) {
  try {
    localStorage.setItem("parvis.nextMeeting", JSON.stringify(place.dataset.nextMeeting ?? ""));
  } catch {
    // Storage may be refused; the offline page then says that no meeting was known.
  }
}
