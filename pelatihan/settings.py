"""How the project is wired. Everything that differs between places comes from the environment.

Three ways to run: production (the default: refuses to start half configured), ``PELATIHAN_DEMO=1`` (a
production-like server with demo logins and a private database), ``DEBUG=1`` (development and tests).
"""

import os
from pathlib import Path
from typing import Any

import dj_database_url
from django.core.exceptions import ImproperlyConfigured
from django.core.management.utils import get_random_secret_key
from django.utils.csp import CSP

from pelatihan.trial.own import data_dir, database_folder
from pelatihan.trial.own import is_on as _on

BASE_DIR = Path(__file__).resolve().parent.parent
os.environ["OPENPYXL_LXML"] = "False"  # XML of strangers is read by defusedxml, though lxml (of pikepdf) is there, too


DEBUG = _on("DEBUG")
DEMO = _on("PELATIHAN_DEMO")
TRIAL = DEBUG or DEMO  # demo logins, private database, plain HTTP

DATA_DIR = data_dir()
LOCAL_PG_DIR = str(database_folder())
LOCAL_PG_DURABLE = not _on("LOCAL_PG_THROWAWAY")  # tests may lose their data, nothing else may


def _required(name: str) -> str:
    value = os.environ.get(name, "").strip()
    if not value:
        raise ImproperlyConfigured(f"Set {name} (see docs/operations.md), or PELATIHAN_DEMO=1 for a trial run.")
    return value


def _trial_key() -> str:
    """The key that ``make run`` keeps beside a trial's data; one for this process alone before there is any."""
    kept = DATA_DIR / "secret-key"
    return kept.read_text() if kept.exists() else get_random_secret_key()


def _link_key() -> str:
    """The key of invitation links, when the office gave them one of their own."""
    value = os.environ.get("LINK_KEY", "").strip()
    if value and len(value) < SHORTEST_KEY:
        raise ImproperlyConfigured(f"LINK_KEY needs at least {SHORTEST_KEY} characters (see docs/operations.md).")
    return value


def _nik_keys() -> list[str]:
    """The keys that seal NIK, the newest first; older ones only read."""
    keys = os.environ.get("NIK_KEY", "").split()
    if any(len(key) < SHORTEST_KEY for key in keys):
        raise ImproperlyConfigured(f"NIK_KEY needs at least {SHORTEST_KEY} characters a key (see docs/operations.md).")
    return keys


SHORTEST_KEY = 50
SECRET_KEY = os.environ.get("SECRET_KEY", "").strip() or (_trial_key() if TRIAL else _required("SECRET_KEY"))
LINK_KEY = _link_key()  # empty: derived from SECRET_KEY
NIK_KEYS = _nik_keys()  # empty: derived from SECRET_KEY
ALLOWED_HOSTS = [host.strip() for host in os.environ.get("ALLOWED_HOSTS", "").split(",") if host.strip()]
if not ALLOWED_HOSTS:
    ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]"] if TRIAL else [_required("ALLOWED_HOSTS")]
CSRF_TRUSTED_ORIGINS = [o.strip() for o in os.environ.get("CSRF_TRUSTED_ORIGINS", "").split(",") if o.strip()]

# ---- Database ------------------------------------------------------------------------------------

WEB_CONNECTION = {
    "connect_timeout": 3,  # seconds
    "tcp_user_timeout": 10_000,  # milliseconds until a network that swallows everything counts as broken
    # A statement that is kept (models.raw) is planned once, not anew for each value: all of them look into an index.
    "options": "-c lock_timeout=5s -c statement_timeout=10s -c idle_in_transaction_session_timeout=15s"
    " -c plan_cache_mode=force_generic_plan",
}
if os.environ.get("DATABASE_URL") or not TRIAL:
    DATABASES = {"default": dj_database_url.parse(_required("DATABASE_URL"), conn_max_age=60, conn_health_checks=True)}
else:
    DATABASES = {
        "default": {
            "ENGINE": "pelatihan.trial.localpg",
            "NAME": "postgres",
            "CONN_MAX_AGE": 60,
            "CONN_HEALTH_CHECKS": True,
        }
    }
WORKER_CONNECTION = WEB_CONNECTION | {  # nobody waits, but a database that falls silent is given up
    "options": "-c lock_timeout=60s -c statement_timeout=100s -c idle_in_transaction_session_timeout=100s"
}
if _on("PELATIHAN_WORKER"):  # set by pelatihan.jobs
    DATABASES["default"]["OPTIONS"] = DATABASES["default"].get("OPTIONS", {}) | WORKER_CONNECTION
elif _on("PELATIHAN_WEB"):  # somebody waits (set by pelatihan.wsgi); migrations, dumps and purges may take their time
    DATABASES["default"]["OPTIONS"] = DATABASES["default"].get("OPTIONS", {}) | WEB_CONNECTION
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# ---- Applications --------------------------------------------------------------------------------

INSTALLED_APPS = [
    "pelatihan.apps.PelatihanConfig",
    "ormas.apps.OrmasConfig",
    "pelatihan.apps.AdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.forms",  # its widgets, for FORM_RENDERER
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "crispy_forms",
    "crispy_bootstrap5",
    "django_tasks_db",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",  # both above it: static files carry their headers too
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "pelatihan.web.middleware.PermissionsPolicyMiddleware",
    "pelatihan.web.middleware.ReadableRequestMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "pelatihan.accounts.sessions.SessionLifeMiddleware",
    "pelatihan.web.middleware.PrivatePagesMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",  # after it: who is not logged in is told so first (401)
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "pelatihan.web.middleware.OfficeTimeMiddleware",
    "pelatihan.web.middleware.LimitsMiddleware",
]

ROOT_URLCONF = "pelatihan.urls"
WSGI_APPLICATION = "pelatihan.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "pelatihan.web.context.site",
            ],
            "builtins": ["pelatihan.web.tags", "pelatihan.accounts.tabs", "pelatihan.admin.tags"],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"

# ---- Long acts -----------------------------------------------------------------------------------

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}  # carried out by manage.py work

# ---- Who one is ----------------------------------------------------------------------------------

AUTHENTICATION_BACKENDS = ["pelatihan.accounts.access.OneQueryBackend"]
PASSWORD_HASHERS = [
    "pelatihan.accounts.hashing.OfficeArgon2Hasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {"NAME": "pelatihan.accounts.passwords.OfficeWordsValidator"},
]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "committee"
LOGOUT_REDIRECT_URL = "home"
SESSION_ENGINE = "pelatihan.accounts.sessions"  # which ends a session earlier: after an hour's rest
SESSION_COOKIE_AGE = 24 * 60 * 60
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
COOKIE_PREFIX = "" if TRIAL else "__Host-"  # browsers then take these cookies from this very host by HTTPS alone
SESSION_COOKIE_NAME = f"{COOKIE_PREFIX}sessionid"
CSRF_COOKIE_NAME = f"{COOKIE_PREFIX}csrftoken"
MESSAGE_STORAGE = "pelatihan.web.flash.FlashStorage"

# ---- Language and time ---------------------------------------------------------------------------

LANGUAGE_CODE = "id"
LANGUAGES = [("id", "Bahasa Indonesia")]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_THOUSAND_SEPARATOR = False  # else years read 2.019; counts go through the filter thousands
TIME_ZONE = "Asia/Jakarta"  # the office's own zone (WIB, WITA, WIT) is data: pelatihan.models.Office
USE_TZ = True
FORMAT_MODULE_PATH = ["pelatihan.web.formats"]

# ---- Files ---------------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = DATA_DIR / "static"
PRIVATE_DIR = Path(os.environ.get("PRIVATE_FILES") or DATA_DIR)  # what no address leads to but a view that asks who


def _private(folder: str) -> dict[str, Any]:
    """A storage that only programs open."""
    options = {"file_permissions_mode": 0o600, "directory_permissions_mode": 0o700}
    place = {"location": PRIVATE_DIR / folder, "base_url": None}
    return {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": place | options}


STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "letters": _private("surat"),
    "sheets": _private("lembar"),
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "pelatihan.web.staticfiles.BundledStaticFilesStorage"
    },
}
MEDIA_ROOT = DATA_DIR / "media"
BODY_LIMIT = 1024 * 1024  # whole request, checked before it is read; a view that takes more says so (web/bodies.py)
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000

# ---- Security ------------------------------------------------------------------------------------

SECURE_CSP = {
    "default-src": [CSP.SELF],
    "base-uri": [CSP.NONE],
    "form-action": [CSP.SELF],
    "frame-ancestors": [CSP.NONE],
    "object-src": [CSP.NONE],
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "pelatihan.web.errors.csrf_failure"
if not TRIAL:
    SECURE_SSL_REDIRECT = True
    SECURE_REDIRECT_EXEMPT = [r"^sehat/$"]
    SECURE_HSTS_SECONDS = 31_536_000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True
LEAST_SECONDS = float(os.environ.get("PELATIHAN_LEAST_SECONDS") or 3)  # a public form sent sooner is sent twice
BEHIND_PROXY = int(os.environ.get("BEHIND_PROXY") or 0)  # how many proxies stand in front
if BEHIND_PROXY:  # the first of them sets these headers itself and drops the client's
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    MIDDLEWARE.insert(0, "pelatihan.web.proxy.ClientAddressMiddleware")

# ---- Mail and logs -------------------------------------------------------------------------------

DEFAULT_FROM_EMAIL = os.environ.get("DEFAULT_FROM_EMAIL") or "pelatihan@localhost"
# What a letter's links begin with: no page that somebody asked for, so no address that somebody may have made up.
_PLACE = f"http://127.0.0.1:{os.environ.get('PORT') or 8000}" if TRIAL else f"https://{ALLOWED_HOSTS[0].lstrip('.')}"
SITE_URL = (os.environ.get("SITE_URL", "").strip() or _PLACE).rstrip("/")
_SMTP = {
    "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
    "OPTIONS": {
        "host": os.environ.get("EMAIL_HOST") or "localhost",
        "port": int(os.environ.get("EMAIL_PORT") or 25),
        "username": os.environ.get("EMAIL_HOST_USER", ""),
        "password": os.environ.get("EMAIL_HOST_PASSWORD", ""),
        "use_tls": _on("EMAIL_USE_TLS"),
        "timeout": 10,
    },
}
# A trial writes letters into files: a log is no place for names and codes, and nobody gets mail from a trial.
_FILES = {"BACKEND": "django.core.mail.backends.filebased.EmailBackend", "OPTIONS": {"file_path": DATA_DIR / "surel"}}
MAILERS = {"default": _FILES if TRIAL else _SMTP}
SENDS_MAIL = TRIAL or bool(os.environ.get("EMAIL_HOST", "").strip())  # else staff answer by WhatsApp
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "pelatihan.web.logs.PrivateFormatter",
            "format": "{asctime} {levelname} {name} {message}",
            "datefmt": "%Y-%m-%dT%H:%M:%S%z",
            "style": "{",
        }
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {
        "django": {"handlers": ["console"], "level": "INFO", "propagate": False},
        "pikepdf": {"level": "WARNING"},  # it greets
    },
}
