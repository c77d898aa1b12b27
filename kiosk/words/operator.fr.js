/** French: the operator's panel. */
export const WORDS = {
  "pin.title": "Opérateur", "pin.lead": "Tapez le code à six chiffres montré à l'organisateur.", "pin.code": "Code à six chiffres", "pin.enter": "Entrer",
  "pin.wrong": "Ce code n'est pas juste.", "pin.wait": { one: "Trop d'essais. Attendez {n} seconde.", other: "Trop d'essais. Attendez {n} secondes." }, "pin.leave": "Retour",

  "op.title": "Opérateur", "op.session": "Séance à cette borne", "op.state.prepared": "Préparée", "op.state.open": "Ouverte", "op.state.paused": "En pause", "op.state.closed": "Close",
  "op.to.open": "Ouvrir le vote", "op.to.paused": "Mettre en pause", "op.to.closed": "Clore le vote", "op.again": "Rouvrir le vote",
  "op.close.sure": "Clore est définitif : cette borne ne prendra plus de bulletin.", "op.close.yes": "Oui, clore", "op.close.no": "Ne pas clore",
  "op.unsafe.title": "Mémoire non protégée", "op.unsafe": "Le navigateur refuse de protéger la mémoire de cette borne : il pourrait l'effacer si le disque se remplit, et avec elle des bulletins pas encore envoyés. Installez la borne comme application, ou envoyez et exportez souvent.",
  "op.unsafe.ask": "Ouvrir quand même le vote à cette borne ?", "op.unsafe.yes": "Oui, j'en réponds", "op.unsafe.no": "Ne pas ouvrir",
  "op.counts": "Ce que garde cette borne", "op.counts.ballots": { one: "dont {n} bulletin", other: "dont {n} bulletins" }, "op.last": "Dernier échange", "op.link.up": "Le serveur a répondu.", "op.link.none": "Pas encore d'échange.",
  "op.link.no_network": "Pas de réseau. Les envois reprendront seuls.", "op.link.no_answer": "Une réponse est venue, mais pas du serveur de Parvis (page de connexion du lieu ?). Rien n'est perdu.",
  "op.link.other": "Le serveur a refusé l'envoi ({code}). Rien n'est perdu ; prévenez l'organisateur.", "op.link.storage": "La borne n'a pas pu lire sa mémoire.",
  "op.sync": "Envoyer maintenant", "op.export": "Exporter un fichier", "op.export.made": "Fichier {name} : {n} enregistrements, relus et comparés. Enregistrez-le, puis vérifiez la copie.",
  "op.export.check": "Vérifier la copie", "op.export.good": "La copie est complète, octet pour octet.", "op.export.bad.unreadable": "Ce fichier n'est pas un export.", "op.export.bad.other": "Ce fichier vient d'une autre borne.",
  "op.export.bad.older": "Ce fichier est plus ancien : exportez de nouveau.", "op.export.bad.damaged": "La copie est abîmée : exportez de nouveau, sur un autre support.", "op.export.failed": "L'export n'a pas pu être relu. Recommencez sur un autre support.",
  "op.slip": "Bordereau de clôture", "op.slip.lead": "À imprimer ou à recopier : il mesure une perte si la borne disparaît.", "op.slip.print": "Imprimer", "op.slip.close": "Fermer",
  "op.slip.device": "Appareil", "op.slip.epoch": "Époque", "op.slip.seq": "Dernier numéro", "op.slip.head": "Tête de chaîne", "op.slip.ballots": "Bulletins",
  "op.former": "Inscriptions précédentes", "op.former.lead": "Ce que cette borne a gardé sous des inscriptions précédentes est toujours ici, et elle continue de l'envoyer.",
  "op.former.counts": { one: "{n} enregistrement ; arrivé : {arrived}, sur la liste publique : {listed}, à examiner : {help}", other: "{n} enregistrements ; arrivés : {arrived}, sur la liste publique : {listed}, à examiner : {help}" }, "op.former.export": "Exporter le fichier de {label}",
  "op.more": "Appareil", "op.pack": "Reprendre la réunion au serveur", "op.pack.done": "Réunion à jour (version {n}).", "op.readiness": "Voir si la borne est prête", "op.anew": "Préparer à nouveau cette borne",
  "op.anew.no": "Impossible : des enregistrements ne sont ni arrivés ni exportés. Envoyez-les ou exportez-les d'abord.",
  "op.version": "Version {release}", "op.leave": "Quitter", "op.hint.closed": "L'organisateur a clos la séance. Clôturez aussi le vote à cette borne.", "op.stuck": "Le disque n'a pas gardé l'état de la séance. Rien n'a changé.",
};
