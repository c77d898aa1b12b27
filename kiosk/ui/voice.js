/** Reading the screen aloud with the device's own voices; nothing leaves the device where the voice is local. */

/** @param {string} lang @returns {SpeechSynthesisVoice | null} a voice that works without network */
export function voiceFor(lang) {
  const voices = globalThis.speechSynthesis?.getVoices() ?? [];
  return voices.find((voice) => voice.localService && voice.lang.toLowerCase().startsWith(lang)) ?? null;
}

/** @param {Element} screen @returns {string[]} what the eye reads, in the same order */
export function wordsOf(screen) {
  const seen = [...screen.querySelectorAll("h1, h2, p, .choice, li, dt, dd, figcaption, .act")];
  return seen.filter((part) => part.checkVisibility() && !part.closest("[aria-hidden=true], .keypad"))
    .filter((part) => !part.parentElement.closest("li, .choice, .act"))
    .map((part) => part.innerText.replace(/\s+/g, " ").trim()).filter(Boolean);
}

/** Said after what is being said. @param {string[]} words @param {string} lang */
export function speak(words, lang) {
  const voice = voiceFor(lang);
  if (!voice) return;
  for (const part of words) {
    const utterance = new SpeechSynthesisUtterance(part);
    utterance.voice = voice;
    utterance.lang = lang;
    speechSynthesis.speak(utterance);
  }
}

/** Silence, at once: the next person must not hear what the last one read. */
export function hush() {
  globalThis.speechSynthesis?.cancel();
}
