// Money in the reader's form, as the server writes it.

const SYMBOLS = { EUR: "€", GBP: "£", USD: "$", PLN: "zł" };

/** @param {number} cents @param {string} currency @param {string} language @returns {string} */
export function money(cents, currency, language) {
  const isFrench = language.startsWith("fr");
  const whole = Math.floor(cents / 100);
  const rest = cents % 100;
  let digits = String(whole).replace(/\B(?=(\d{3})+$)/g, isFrench ? "\u202f" : ",");
  if (rest) digits += (isFrench ? "," : ".") + String(rest).padStart(2, "0");
  const symbol = SYMBOLS[currency] ?? currency;
  return isFrench || symbol.length > 1 ? `${digits}\u00a0${symbol}` : `${symbol}${digits}`;
}
