"""Settings: one file that reads the environment."""

from pathlib import Path

import environ

BASE_DIR = Path(__file__).resolve().parents[2]
env = environ.Env()
PARVIS_VAR = env.path("PARVIS_VAR", default=str(BASE_DIR / "var")).root if False else Path(env("PARVIS_VAR", default=str(BASE_DIR / "var")))
PARVIS_VAR.mkdir(parents=True, exist_ok=True)
PARVIS_ORIGIN = env("PARVIS_ORIGIN", default="http://localhost:8000")
PARVIS_TOWN = env("PARVIS_TOWN", default="Villeneuve-sur-Aure")
DEBUG = env.bool("DEBUG", default=True)
SECRET_KEY = env("SECRET_KEY", default="development-only")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["*"])
INSTALLED_APPS = [
    "django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions", "django.contrib.messages",
    "django.contrib.staticfiles",
    "server.accounts", "server.processes", "server.ledger", "server.meetings", "server.voting", "server.budgets",
    "server.devices", "server.paper", "server.opendata", "server.web",
]
DATABASES = {"default": env.db("DATABASE_URL", default=f"sqlite:///{PARVIS_VAR / 'db.sqlite3'}")}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["OPTIONS"] = {"transaction_mode": "IMMEDIATE", "timeout": 20, "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;"}
AUTH_USER_MODEL = "accounts.User"
LANGUAGES = [("fr", "Français"), ("en", "English")]
LANGUAGE_CODE = "fr"
USE_TZ = True
TIME_ZONE = "Europe/Paris"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
STATIC_URL = "/static/"
ROOT_URLCONF = "server.config.urls"
