/**
 * What suits the person: language, size and contrast of the text, voice, switches.
 */

/** @param {import("./app.js").App} app @returns {import("./app.js").Deeds} */
export function deeds({ comfort, scanning, stage }) {
  return {
    language: ({ lang }) => {
      if (stage.laid === "languages") stage.lay("");
      comfort.change({ lang });
    },
    size: () => comfort.nextSize(), contrast: () => comfort.nextLook(), listen: () => comfort.listen(),
    languages: () => stage.lay("languages"), switches: () => stage.lay("switches"), dismiss: () => stage.lay(""),
    switch: ({ mode }) => {
      stage.lay("");
      scanning.start(mode);
    },
  };
}
