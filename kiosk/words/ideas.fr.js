/** French: ideas, read, endorsed and written at the kiosk. */
export const WORDS = {
  "offer.vote": "Voter", "offer.ideas": "Les idées",
  "ideas.lists": "Quelles idées ?", "ideas.lists.back": "Autres idées", "ideas.count": { one: "{n} idée", other: "{n} idées" },
  "ideas.lead": "Touchez une idée pour la lire et la soutenir.", "ideas.lead.read": "Touchez une idée pour la lire.", "ideas.some": "{n} sur {of} sont ici, tirées au sort ; toutes sont sur le site.",
  "ideas.none": "Aucune idée encore. La vôtre peut être la première.", "ideas.number": "Idée {n}", "ideas.mine": "Vous la soutenez", "ideas.mine.so": "Vous soutenez cette idée.",
  "ideas.pages": "Pages", "ideas.page": "Page {at} sur {of}", "ideas.before": "Avant", "ideas.after": "Suite", "ideas.leave": "Quitter", "ideas.write": "Écrire une idée", "ideas.all": "Toutes les idées",
  "ideas.endorse": "Soutenir cette idée", "ideas.unendorse": "Retirer mon soutien",
  "ideas.saved.given": "Vous soutenez cette idée. Ce soutien comptera au retour du réseau.", "ideas.saved.withdrawn": "Vous ne soutenez plus cette idée.",
  "ideas.refused.too_many": { one: "Chaque personne soutient {n} idée au plus. Retirez d'abord votre soutien.", other: "Chaque personne soutient {n} idées au plus. Retirez d'abord un soutien." },
  "ideas.pass.lead": "Pour que chaque personne compte une fois. Présentez le code de votre passe à la caméra, ou tapez-le.", "ideas.pass.lead.typed": "Pour que chaque personne compte une fois. Tapez le code imprimé sur votre passe.",
  "ideas.refused.title": "Ce passe n'est pas accepté", "ideas.refused.not_open": "Cette borne ne prend rien en ce moment. Gardez votre passe et demandez à l'équipe de la réunion.",

  "ideas.write.title": "Votre idée", "ideas.write.lead": "Tout le monde pourra la lire.",
  "ideas.field.title": "En une phrase", "ideas.field.title.how": "Que faut-il faire, et où ? {n} signes au plus.",
  "ideas.field.body": "Quoi au juste, et pourquoi ?", "ideas.field.body.how": "Avec vos mots, {n} signes au plus.",
  "ideas.field.name": "Nom à montrer", "ideas.field.name.how": "Vous pouvez ne rien mettre.",
  "ideas.read_again": "Relire", "ideas.fault.no_title": "La phrase manque.", "ideas.fault.no_body": "Le texte manque : quelques mots suffisent.",
  "ideas.fault.long_title": "La phrase est trop longue. Raccourcissez-la.", "ideas.fault.long_body": "Le texte est trop long. Raccourcissez-le.",
  "ideas.check": "Est-ce bien cela ?", "ideas.check.lead": "Après l'envoi, cette borne ne peut plus la changer.", "ideas.by": "Par", "ideas.by.nobody": "Sans nom", "ideas.change": "Changer", "ideas.send": "Envoyer mon idée",
  "ideas.done": "Votre idée est gardée.", "ideas.done.later": "Elle arrivera au retour du réseau, puis paraîtra parmi les autres sur le site.",

  "ideas.unsaved.full": "La mémoire de cette borne est pleine. Rien n'a été gardé.", "ideas.unsaved.storage": "Cette borne n'a pas pu le garder.",
  "ideas.unsaved.stopped": "Cette borne vient d'être arrêtée ou mise en pause. Rien n'a été gardé.", "ideas.unsaved.do": "Allez à une autre borne, ou demandez à l'équipe de la réunion.",
  "ideas.call.kept": "Ce que vous faisiez est caché et reste tel quel. Personne ne le voit.", "ideas.call.go_on": "Revenir aux idées",
  "ideas.rest.closed.prepared": "Cette borne n'est pas encore ouverte.", "ideas.rest.closed.paused": "Cette borne est en pause.", "ideas.rest.closed.closed": "Cette borne est fermée.",
  "ideas.rest.away": "Cette borne ne prend plus rien.", "ideas.rest.out.do": "Allez à une autre borne, ou demandez à l'équipe de la réunion.",
  "typing.keys": "Touches", "typing.shift": "Majuscule", "typing.space": "Espace", "typing.line": "À la ligne", "typing.erase": "Effacer un signe", "typing.next": "Champ suivant",
};
