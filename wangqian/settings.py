"""Settings, from the environment only. `docs/operate.md` explains each variable."""

import os
import sys
from pathlib import Path

import dj_database_url
from django.core.exceptions import ImproperlyConfigured

BASE = Path(__file__).resolve().parent.parent
VAR = Path(os.environ.get("WANGQIAN_VAR", BASE / "var"))
TESTING = "pytest" in sys.modules
DEMO = os.environ.get("WANGQIAN_DEMO") == "1"


def secret(name: str, stand_in: str) -> str:
    """A secret from the environment; demo and tests may use a stand-in, production may not."""
    value = os.environ.get(name, "")
    if value:
        return value
    if DEMO or TESTING or os.environ.get("WANGQIAN_BUILD") == "1":
        return stand_in
    raise ImproperlyConfigured(f"{name} must be set (see docs/operate.md)")


SECRET_KEY = secret("SECRET_KEY", "demo-only-not-a-secret-" + "x" * 40)
# Key ring for personal fields: "id:64 hex digits" separated by commas, the first one encrypts (people/identity.py).
FIELD_KEYS = secret("WANGQIAN_FIELD_KEYS", "demo:" + "11" * 32)
# Key of the blind index (HMAC-SHA-256) of identity numbers, 64 hex digits; it lives outside the database.
INDEX_KEY = secret("WANGQIAN_INDEX_KEY", "22" * 32)

DEBUG = False
PORT = os.environ.get("PORT", "8000")
SITE_URL = os.environ.get("SITE_URL", f"http://localhost:{PORT}" if DEMO or TESTING else "")
INSECURE = SITE_URL.startswith("http://") or not SITE_URL
ALLOWED_HOSTS = [host for host in os.environ.get("ALLOWED_HOSTS", "").split(",") if host] or ["localhost"]
CSRF_TRUSTED_ORIGINS = [SITE_URL] if SITE_URL else []

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "wangqian.people",
    "wangqian.cases",
    "wangqian.flows",
    "wangqian.notices",
    "wangqian.documents",
    "wangqian.exchange",
    "wangqian.web",
]
MIDDLEWARE = [
    "wangqian.web.middleware.SecurityHeaders",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "wangqian.web.middleware.Capacity",
    "wangqian.web.middleware.PageForEveryAnswer",
]
ROOT_URLCONF = "wangqian.urls"
WSGI_APPLICATION = "wangqian.wsgi.application"
APPEND_SLASH = False

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [BASE / "wangqian" / "web" / "templates"],
        "APP_DIRS": False,
        "OPTIONS": {"environment": "wangqian.web.jinja.environment"},
    },
]

DATABASE_URL = os.environ.get("DATABASE_URL", f"sqlite:///{VAR / 'wangqian.sqlite3'}")
DATABASES = {"default": dj_database_url.parse(DATABASE_URL, conn_max_age=600, conn_health_checks=True)}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # IMMEDIATE takes the write lock at BEGIN: on SQLite that lock stands in for SELECT … FOR UPDATE.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
    }
    DATABASES["default"]["TEST"] = {"NAME": os.environ.get("WANGQIAN_TEST_DB", str(VAR / "test.sqlite3"))}
else:
    DATABASES["default"]["OPTIONS"] = {
        "options": "-c lock_timeout=10000 -c idle_in_transaction_session_timeout=60000",
    }
    DATABASES["default"]["TEST"] = {"NAME": os.environ.get("WANGQIAN_TEST_DB", "test_wangqian")}

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "people.User"
PASSWORD_HASHERS = ["wangqian.people.hashers.TunedArgon2"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "/login/"
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "wangqian.web.public.csrf_failure"
if not INSECURE:
    SESSION_COOKIE_NAME = "__Host-sessionid"
    CSRF_COOKIE_NAME = "__Host-csrftoken"
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SECURE_HSTS_SECONDS = 31536000
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

USE_TZ = True
TIME_ZONE = "Asia/Shanghai"
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LOCALE_PATHS = [BASE / "wangqian" / "locale"]
FORM_RENDERER = "wangqian.web.jinja.FormRenderer"

# Behind a proxy of ours the client's address is the last one in X-Forwarded-For.
TRUST_PROXY = os.environ.get("WANGQIAN_TRUST_PROXY") == "1"

# A folder with supplementary fonts for characters the built-in font lacks (docs/operate.md).
WANGQIAN_FONT_DIR = os.environ.get("WANGQIAN_FONT_DIR", "")

STATIC_URL = "/static/"
STATIC_ROOT = VAR / "static"
STATICFILES_DIRS = [BASE / "wangqian" / "web" / "static"]
MEDIA_ROOT = VAR / "files"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if TESTING
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}

EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
EMAIL_HOST = os.environ.get("EMAIL_HOST", "")
EMAIL_PORT = int(os.environ.get("EMAIL_PORT", "587"))
EMAIL_HOST_USER = os.environ.get("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = EMAIL_PORT == 587
DEFAULT_FROM_EMAIL = os.environ.get("EMAIL_FROM", "no-reply@localhost")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": "INFO"},
}
