/** French: marking by ranks, by points and with dots. */
export const WORDS = {
  "ballot.blank.empty": "Tout laisser vide : vote blanc.", "ballot.clear": "Tout retirer", "ballot.told": "{title} : {how}",

  "ballot.ranked.max": { one: "Touchez un seul choix.", other: "Touchez jusqu'à {n} choix, celui que vous préférez d'abord." }, "ballot.ranked.range": "Touchez de {min} à {max} choix, celui que vous préférez d'abord.",
  "ballot.ranked.again": "Touchez de nouveau pour retirer.",
  "ballot.ranks.of": { one: "{n} rang donné sur {max}", other: "{n} rangs donnés sur {max}" },
  "ballot.rank": "rang {n}", "ballot.rank.none": "sans rang",
  "fault.ranked.too_many": { one: "Un seul rang. Retirez-le d'abord.", other: "{n} rangs au plus. Retirez d'abord un rang." },
  "fault.ranked.too_few": { one: "Il manque un rang. Ou retirez-les tous : vote blanc.", other: "Il faut au moins {n} rangs. Ou retirez-les tous : vote blanc." },

  "ballot.scored": "Donnez à chaque choix une note de 0 à {max}.", "ballot.scored.none": "Sans note, un choix compte 0.",
  "ballot.on.range": "Sur {min} à {max} choix.", "ballot.on.max": { one: "Sur un seul choix.", other: "Sur {n} choix au plus." }, "ballot.on.min": { one: "Sur un choix au moins.", other: "Sur {n} choix au moins." },
  "ballot.scores.of": { one: "{n} choix noté sur {max}", other: "{n} choix notés sur {max}" },
  "ballot.score": "note {n} sur {max}", "ballot.score.none": "sans note",
  "fault.score.too_many": { one: "Un seul choix noté. Retirez d'abord sa note.", other: "{n} choix notés au plus. Retirez d'abord une note." },
  "fault.score.too_few": { one: "Il manque une note. Ou retirez-les toutes : vote blanc.", other: "Il faut noter au moins {n} choix. Ou retirez toutes les notes : vote blanc." },

  "ballot.dotted": { one: "Vous avez une gommette à donner.", other: "Vous avez {n} gommettes à donner." },
  "ballot.dotted.each": { one: "Une au plus par choix.", other: "Pas plus de {n} par choix." },
  "ballot.left": { one: "Reste {n} gommette sur {max}", other: "Restent {n} gommettes sur {max}" },
  "ballot.dots": { one: "{n} gommette", other: "{n} gommettes" }, "ballot.dot.less": "Retirer une gommette", "ballot.dot.more": "Ajouter une gommette",
  "fault.dots.too_many": { one: "Des gommettes sur un seul choix. Retirez d'abord celles de l'autre.", other: "Des gommettes sur {n} choix au plus. Retirez d'abord celles d'un autre." },
  "fault.dots.too_few": { one: "Il manque une gommette. Ou retirez-les toutes : vote blanc.", other: "Il faut des gommettes sur au moins {n} choix. Ou retirez-les toutes : vote blanc." },
  "fault.out_of_range": { one: "Une gommette au plus par choix.", other: "{n} gommettes au plus par choix." },
  "fault.too_many_points": { one: "Votre gommette est déjà donnée. Retirez-la d'abord.", other: "Vos {n} gommettes sont toutes données. Retirez-en d'abord une." },
  "fault.choice.over_budget": "Ce choix dépasserait {limit}. Retirez d'abord un autre choix.", "fault.malformed": "Cette réponse n'a pas la bonne forme. Revenez en arrière.",
};
