/** French: what the device calls for help with. */
export const WORDS = {
  "alarm.server_ahead": "Le serveur a des enregistrements que cette borne n'a plus. Ne votez plus ici et prévenez l'organisateur.",
  "alarm.fork": "Le serveur a reçu une autre suite sous le nom de cette borne. Elle ne prend plus de bulletins et continue d'envoyer. Prévenez l'organisateur.",
  "alarm.cloned": "Le serveur a reçu des envois d'une copie de cette borne. Elle ne prend plus de bulletins et continue d'envoyer. Prévenez l'organisateur.",
  "alarm.replaced": "Une autre borne a pris la place de celle-ci. Elle ne prend plus de bulletins et continue d'envoyer ceux qu'elle a.",
  "alarm.revoked": "L'organisateur a révoqué cette borne. Elle ne prend plus de bulletins et continue d'envoyer ceux qu'elle a.",
  "alarm.list_shrank": "La liste publique a reculé. Prévenez l'organisateur ; rien n'est perdu ici.",
  "alarm.list_changed": "La liste publique a été modifiée : elle ne prolonge pas celle que cette borne a vue. Prévenez l'organisateur et un observateur ; rien n'est perdu ici.",
  "alarm.list_anew": "La liste publique a été recommencée, comme après la restauration d'une sauvegarde. Demandez à l'organisateur quand et pourquoi ; rien n'est perdu ici.",
  "alarm.missing": "Des enregistrements manquent sur ce disque. Ne votez plus ici et prévenez l'organisateur.", "alarm.altered": "Des enregistrements ont été modifiés sur ce disque. Ne votez plus ici et prévenez l'organisateur.",
  "alarm.repaired": "La fin de la chaîne a été remise en ordre au démarrage ; rien n'est perdu.",
};
