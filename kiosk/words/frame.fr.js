/** French: around every screen: band, help bar, languages, switches, “are you still there?”. */
export const WORDS = {
  "band.offline": "Sans réseau : tout est gardé ici",
  "band.trouble": "Réseau sans réponse : tout est gardé ici",
  "help.name": "Aide", "help.language": "Langue", "help.size": "Texte", "help.size.of": "{n} sur 4",
  "help.contrast": "Contraste", "help.contrast.normal": "normal", "help.contrast.more": "fort", "help.contrast.dark": "sombre",
  "help.listen": "Écouter", "help.quiet": "Arrêter la voix", "help.leave": "Tout effacer et partir", "aloud.marked": "case marquée", "aloud.empty": "case vide", "help.call": "Appeler",
  "call.title": "Aide demandée", "call.lead": "Quelqu'un de l'équipe va venir.", "call.kept": "Votre bulletin est caché et reste tel quel. Personne ne le voit.", "call.wait": "Restez près de la borne.",
  "call.operator": "Je suis de l'équipe", "call.go_on": "Reprendre mon bulletin", "call.end": "L'aide est finie",
  "step": "Étape {at} sur 4", "back": "Retour", "number.project": "Projet {n}", "comma": ", ",

  "language.title": "Choisissez votre langue",

  "switch.title": "Voter avec un contacteur", "switch.lead": "Une touche ou un bouton branché suffit. Le cadre jaune montre ce qui sera choisi.",
  "switch.one": "Un contacteur", "switch.one.how": "Le cadre avance seul, toutes les {n} secondes. N'importe quelle touche, ou toucher l'écran n'importe où, choisit.",
  "switch.slow": "Un contacteur, plus lentement", "switch.slow.how": "Le cadre avance seul, toutes les {n} secondes.",
  "switch.two": "Deux contacteurs", "switch.two.how": "Espace avance, Entrée choisit.",
  "switch.none": "Sans contacteur : retour",

  "idle.title": "Êtes-vous encore là ?", "idle.left": { one: "Tout s'efface dans {n} seconde.", other: "Tout s'efface dans {n} secondes." }, "idle.stay": "Je suis là",

  "second.title": "La borne est déjà ouverte ici", "second.lead": "Une autre fenêtre de ce navigateur tient la borne. Fermez celle-ci. Si l'autre se ferme, celle-ci prend la suite.",
};
