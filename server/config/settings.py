"""Settings: one file that reads the environment. Safe for development as it stands; production must say the rest.

``PARVIS_VAR`` is the one folder that holds what this installation owns: database, keys, scans, published results.
"""

from __future__ import annotations

import os
from pathlib import Path

import environ
from django.core.exceptions import ImproperlyConfigured

from server.config.demands import complaints
from server.config.languages import read_languages
from server.config.logs import logging_config
from server.config.oidc import oidc_origins, oidc_providers
from server.web.address import read_networks

BASE_DIR = Path(__file__).resolve().parents[2]
env = environ.Env()

DEBUG = env.bool("DEBUG", default=True)
if _problems := complaints(os.environ, is_debug=DEBUG):
    raise ImproperlyConfigured("\n".join(["Parvis does not start like this.", *_problems]))
PARVIS_VAR = Path(env("PARVIS_VAR", default=str(BASE_DIR / "var")))
try:
    PARVIS_VAR.mkdir(parents=True, exist_ok=True)
except OSError as _error:
    raise ImproperlyConfigured(f"PARVIS_VAR: {PARVIS_VAR} cannot be made: {_error.strerror}.") from _error
PARVIS_ORIGIN = env("PARVIS_ORIGIN", default="http://localhost:8000").rstrip("/")
PARVIS_TOWN = env("PARVIS_TOWN", default="Villeneuve-sur-Aure")
# Where two persons are asked for, one suffices; the public pages say so.
PARVIS_SINGLE_HANDED = env.bool("PARVIS_SINGLE_HANDED", default=True)

# Witnesses whose file lies in the town's own network: fetched only where this says so (X7).
PARVIS_PRIVATE_WITNESSES = env.bool("PARVIS_PRIVATE_WITNESSES", default=False)

SECRET_KEY = env("SECRET_KEY", default="for development only, never for a real vote")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]", "testserver"])
# A closed network without certificates (docs/operators.md): what travels there can be read on the way.
PARVIS_ALLOW_HTTP = env.bool("PARVIS_ALLOW_HTTP", default=False)
try:
    # The only hops that are believed about who asked them (X16).
    PARVIS_TRUSTED_PROXIES = read_networks(env.list("PARVIS_TRUSTED_PROXIES", default=[]))
except ValueError as _error:
    raise ImproperlyConfigured(f"PARVIS_TRUSTED_PROXIES: {_error}.") from _error
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[PARVIS_ORIGIN])

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "server.web",
    "server.accounts",
    "server.processes",
    "server.office",
    "server.ledger",
    "server.attachments",
    "server.enclosures",
    "server.plans",
    "server.meetings",
    "server.voting",
    "server.budgets",
    "server.notices",
    "server.moderation",
    "server.discussion",
    "server.proposals",
    "server.devices",
    "server.paper",
    "server.cards",
    "server.witnesses",
    "server.opendata",
    "server.operations",
    "channels",
    "django_htmx",
    "django_tasks",
    "django_tasks_db",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.usersessions",
    "pwa",
]

MIDDLEWARE = [
    "server.operations.entrance.EntranceMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "server.web.reading.TextsMiddleware",
    "django.middleware.common.CommonMiddleware",
    "server.web.bodies.BodyMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "server.processes.sharing.SharedSpaces",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "server.accounts.middleware.StaffSecondFactorMiddleware",
    "server.web.refusals.RefusalMiddleware",
]

ROOT_URLCONF = "server.config.urls"
ASGI_APPLICATION = "server.config.asgi.application"
WSGI_APPLICATION = "server.config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "server.web.context.installation",
            ],
            "builtins": ["django.templatetags.i18n", "django.templatetags.static", "server.web.templatetags.parvis"],
        },
    }
]

# -- Data ---------------------------------------------------------------------------------------------

DATABASES = {"default": env.db("DATABASE_URL", default=f"sqlite:///{PARVIS_VAR / 'db.sqlite3'}")}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # Without IMMEDIATE, a transaction that reads first and writes later fails under load instead of waiting.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 30,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; "
        # What is destroyed is overwritten, in the file as well.
        "PRAGMA secure_delete=ON; "
        # Ids are hashes: each record falls on another page of an index. Those are kept at hand (64 MB for a connection
        # at the most), and written into the file once for several pushes.
        "PRAGMA cache_size=-65536; PRAGMA wal_autocheckpoint=8000;",
    }
else:
    # Register, box and log lie in schemas of their own (server/ledger/schemas.py); names are found in all of them.
    DATABASES["default"].setdefault("OPTIONS", {})["options"] = "-c search_path=public,register,box,log"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
MEDIA_ROOT = PARVIS_VAR / "media"

REDIS_URL = env("REDIS_URL", default="")
if REDIS_URL:
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}}
    # The layer asks Redis for 5 s whether there is a message, which is the library's own limit for any answer:
    # without a longer one, each doorbell that nobody rings would break.
    _hosts = [{"address": REDIS_URL, "socket_timeout": 30}]
    CHANNEL_LAYERS = {"default": {"BACKEND": "channels_redis.core.RedisChannelLayer", "CONFIG": {"hosts": _hosts}}}
else:
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}

TASKS = {"default": {"BACKEND": env("PARVIS_TASKS", default="django_tasks_db.DatabaseBackend")}}

# -- People -------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator")
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
EMAIL_CONFIG = env.email("EMAIL_URL", default="consolemail://")
vars().update(EMAIL_CONFIG)
DEFAULT_FROM_EMAIL = env("DEFAULT_FROM_EMAIL", default="parvis@localhost")
# Of notices; others leave at once. What is over waits for the next hour.
PARVIS_LETTERS_PER_HOUR = env.int("PARVIS_LETTERS_PER_HOUR", default=1000)
# Where letters leave, an address is confirmed first: then signing up answers alike whether it has an account or not.
_letters_leave = EMAIL_CONFIG["EMAIL_BACKEND"].endswith("smtp.EmailBackend")
ACCOUNT_EMAIL_VERIFICATION = env("PARVIS_EMAIL_VERIFICATION", default="mandatory" if _letters_leave else "optional")
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_ADAPTER = "server.accounts.adapters.AccountAdapter"
ACCOUNT_CHANGE_EMAIL = True  # one address; a new one takes its place when it is confirmed
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_SESSION_REMEMBER = False  # a borrowed computer forgets at once
# The second factor of staff: asked for in production, unless said otherwise.
PARVIS_STAFF_MFA = env.bool("PARVIS_STAFF_MFA", default=not DEBUG)
MFA_ADAPTER = "server.accounts.adapters.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_TOTP_ISSUER = PARVIS_TOWN
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = DEBUG
# Log-in with another service: its name on the button, its address (which tells all else), our number and secret there.
PARVIS_OIDC_NAME = env("PARVIS_OIDC_NAME", default="")
PARVIS_OIDC_SERVER = env("PARVIS_OIDC_SERVER", default="").rstrip("/")
SOCIALACCOUNT_PROVIDERS = oidc_providers(
    name=PARVIS_OIDC_NAME,
    server=PARVIS_OIDC_SERVER,
    client_id=env("PARVIS_OIDC_CLIENT_ID", default=""),
    secret=env("PARVIS_OIDC_SECRET", default=""),
)
SOCIALACCOUNT_STORE_TOKENS = False
# Signed pushes of one device in a minute; a kiosk that empties a full disk makes fewer. 0: any number.
PARVIS_MOST_PUSHES = 600
if env.bool("PARVIS_NO_RATE_LIMITS", default=False):
    # Rehearsals and tests: everyone comes from one address.
    ACCOUNT_RATE_LIMITS, PARVIS_MOST_PUSHES = False, 0
# Tests of upgrades: this very code as a later release, whose kiosk writes these versions, as "ballot.sealed=2".
PARVIS_TEST_VERSIONS = env("PARVIS_TEST_VERSIONS", cast={"value": int}, default={})

# -- Language and time --------------------------------------------------------------------------------

LANGUAGES = [("fr", "Français"), ("en", "English")]
_spoken = [code for code, _name in LANGUAGES]
try:
    # In which the town writes besides: forms of the office then have a field for each.
    PARVIS_CONTENT_LANGUAGES = read_languages(env.list("PARVIS_CONTENT_LANGUAGES", default=[]), _spoken)
except ValueError as _error:
    raise ImproperlyConfigured(f"PARVIS_CONTENT_LANGUAGES: {_error}.") from _error
# What the kiosks offer, the town's own first. They know more languages than the pages do: Arabic too.
PARVIS_KIOSK_LANGUAGES = env.list("PARVIS_KIOSK_LANGUAGES", default=[*_spoken, *PARVIS_CONTENT_LANGUAGES])
LANGUAGE_CODE = "fr"
LOCALE_PATHS = [os.environ.get("PARVIS_LOCALE") or BASE_DIR / "server" / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = env("TIME_ZONE", default="Europe/Paris")
USE_THOUSAND_SEPARATOR = True

# -- Files --------------------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = Path(env("PARVIS_STATIC", default=str(PARVIS_VAR / "static")))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = DEBUG
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

# -- Browser ------------------------------------------------------------------------------------------

_SELF = "'self'"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [_SELF],
        # The reader of QR codes is WebAssembly; it compiles, it does not evaluate text.
        "script-src": [_SELF, "'wasm-unsafe-eval'"],
        "img-src": [_SELF, "data:", "blob:"],
        "media-src": [_SELF, "blob:"],
        "connect-src": [_SELF],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
        # The button of another service leads there by a form.
        "form-action": [_SELF, *oidc_origins(PARVIS_OIDC_SERVER, env.list("PARVIS_OIDC_ORIGINS", default=[]))],
    }
}
PERMISSIONS_POLICY = {"camera": "self", "microphone": [], "geolocation": []}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_HTTPONLY = True
if PARVIS_ORIGIN.startswith("https://"):
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https"
    # Believed only of a trusted proxy: of anyone else the header is taken away at the entrance.
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

PWA_APP_NAME = PARVIS_TOWN
PWA_APP_DESCRIPTION = "Parvis"
PWA_APP_THEME_COLOR = "#163f8c"
PWA_APP_BACKGROUND_COLOR = "#ecede8"
PWA_APP_DISPLAY = "standalone"
PWA_APP_SCOPE = "/"
PWA_APP_START_URL = "/"
PWA_APP_LANG = LANGUAGE_CODE
PWA_APP_ICONS = [
    {"src": "/static/icons/parvis-192.png", "sizes": "192x192", "type": "image/png"},
    {"src": "/static/icons/parvis-512.png", "sizes": "512x512", "type": "image/png"},
]
PWA_SERVICE_WORKER_PATH = str(BASE_DIR / "static" / "js" / "serviceworker.js")
PWA_APP_DEBUG_MODE = False

# -- Watching: logs and figures, never names, codes or choices -----------------------------------------

PARVIS_LOGS = env("PARVIS_LOGS", default="lines" if DEBUG else "json")
LOGGING = logging_config(PARVIS_LOGS, env("LOG_LEVEL", default="WARNING" if DEBUG else "INFO"), is_debug=DEBUG)
# Whoever reads the figures shows this token; without one they are shown to this very machine alone.
PARVIS_METRICS_TOKEN = env("PARVIS_METRICS_TOKEN", default="")
# Below this much free room the installation says that it is not ready: a record that cannot be stored is lost trust.
PARVIS_LEAST_FREE_MB = env.int("PARVIS_LEAST_FREE_MB", default=500)
CSRF_FAILURE_VIEW = "server.web.errors.csrf_failure"
