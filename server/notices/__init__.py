"""People follow things and are told what is new about them: in the app, by letters, at once or gathered."""
