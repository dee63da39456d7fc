"""Settings, from the environment only. `docs/operate.md` explains each variable."""

import os
import sys
from pathlib import Path

import dj_database_url
from django.core.exceptions import ImproperlyConfigured

from wangqian import logs, metrics, storage

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
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "wangqian.people",
    "wangqian.cases",
    "wangqian.flows",
    "wangqian.notices",
    "wangqian.documents",
    "wangqian.exchange",
    "wangqian.operating",
    "wangqian.web",
]
MIDDLEWARE = [
    "wangqian.web.requests.Requests",
    "wangqian.web.middleware.SecurityHeaders",
    "wangqian.web.hidden.HiddenAddresses",
    "wangqian.web.probes.Probes",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "wangqian.web.door.middleware.Lifetime",
    "wangqian.web.middleware.FreshCodes",
    "wangqian.web.middleware.Capacity",
    "wangqian.web.door.middleware.Gates",
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

STATEMENT_SECONDS = int(os.environ.get("WANGQIAN_STATEMENT_SECONDS") or 0)  # of one query; `./run serve` sets it
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
    # Asserted at start-up and by /readyz: a pool in between may take no settings from a client.
    DATABASES["default"]["OPTIONS"] = {
        "options": f"-c lock_timeout=3s -c idle_in_transaction_session_timeout=30s -c statement_timeout={STATEMENT_SECONDS}s",
    }
    DATABASES["default"]["TEST"] = {"NAME": os.environ.get("WANGQIAN_TEST_DB", "test_wangqian")}

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "people.User"
PASSWORD_HASHERS = ["wangqian.people.hashers.TunedArgon2"]
# Argon2id as "passes,KiB,lanes" (`manage tune_passwords` measures this machine), and how many hashes a process makes at a time.
ARGON2 = tuple(int(part) for part in os.environ.get("WANGQIAN_ARGON2", "2,19456,1").split(","))
HASHES = int(os.environ.get("WANGQIAN_HASHES", "2"))
AUTH_PASSWORD_VALIDATORS = [{"NAME": "wangqian.people.passwords.Validator"}]
PASSWORDS = os.environ.get("WANGQIAN_PASSWORDS", "modern")
if PASSWORDS not in ("modern", "dengbao", "shanghai"):
    raise ImproperlyConfigured("WANGQIAN_PASSWORDS is `modern`, `dengbao` or `shanghai` (see docs/operate.md)")
BREACHED_PASSWORDS = os.environ.get("WANGQIAN_BREACHED_PASSWORDS", "")
# How often things may be tried (people/limits.py): `enforce`, or `track`, which counts and refuses nothing.
LIMITS = os.environ.get("WANGQIAN_LIMITS", "enforce")
if LIMITS not in ("enforce", "track"):
    raise ImproperlyConfigured("WANGQIAN_LIMITS is `enforce` or `track` (see docs/operate.md)")
# The proof of work (web/challenge.py): iterations of one try, and the least number of tries; at most twice as many are needed.
CHALLENGE = (10, 2) if TESTING else (5000, 100)
# Answers to strangers are held back to a multiple of this many milliseconds, so that their time tells nothing (web/equal.py).
EQUAL_MS = int(os.environ.get("WANGQIAN_EQUAL_MS", "0" if TESTING else "200"))
AUTHENTICATION_BACKENDS = ["wangqian.people.backend.Backend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "start"
# allauth's flows behind pages of ours (web/door). Nobody signs up; who somebody is stands in people.User alone.
ACCOUNT_ADAPTER = "wangqian.web.door.adapter.Adapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_USER_MODEL_EMAIL_FIELD = None  # the addresses are sealed: nothing is looked up by them
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_RATE_LIMITS = False  # the limits are in the database (people/limits.py)
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = ACCOUNT_PASSWORD_RESET_BY_CODE_TIMEOUT = 600
ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS = ACCOUNT_PASSWORD_RESET_BY_CODE_MAX_ATTEMPTS = 5
ACCOUNT_PASSWORD_RESET_BY_CODE_ENABLED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 120
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_ADAPTER = "wangqian.people.mfa.Adapter"
SESSION_ENGINE = "wangqian.people.sessions"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_IDLE = {"staff": 15 * 60, "others": 30 * 60}
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
MESSAGE_STORAGE = "wangqian.web.flashes.Flashes"  # sealed: they name people
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

# Whether staff, operators and employers' administrators must have a passkey or an authenticator app (people/factors.py).
SECOND_FACTOR = os.environ.get("WANGQIAN_SECOND_FACTOR", "offered" if DEMO or TESTING else "obligatory")
if SECOND_FACTOR not in ("obligatory", "offered"):
    raise ImproperlyConfigured("WANGQIAN_SECOND_FACTOR is `obligatory` or `offered` (see docs/operate.md)")

# 平台客服 under every page, until the operator has written it down on his page.
SUPPORT = {name: os.environ.get(f"WANGQIAN_SUPPORT_{name.upper()}", "") for name in ("phone", "email", "hours")}
SUPPORT_SECONDS = 0 if TESTING else 30  # how long a process remembers it

# How long a process may not know of an edition of an official table that another one added; the tests ask by themselves.
CODES_SECONDS = None if TESTING else 5

# A folder with supplementary fonts for characters the built-in font lacks (docs/operate.md).
WANGQIAN_FONT_DIR = os.environ.get("WANGQIAN_FONT_DIR", "")

STATIC_URL = "/static/"
STATIC_ROOT = VAR / "static"
STATICFILES_DIRS = [BASE / "wangqian" / "web" / "static", ("guide", BASE / "wangqian" / "documents" / "guide" / "pictures")]
MEDIA_ROOT = VAR / "files"
FILE_UPLOAD_MAX_MEMORY_SIZE = 11 * 2**20  # a photo handed in stays in memory: sealed before it touches a disk
STORAGES = {
    "default": storage.default(os.environ),
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if TESTING
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}

# The electronic seal: key and certificate chain (PEM), or a PKCS#11 token. The demo and the tests make a key of their own.
SEAL_DEMO = DEMO or TESTING
SEAL_KEY = os.environ.get("WANGQIAN_SEAL_KEY", "")
SEAL_PASSPHRASE = os.environ.get("WANGQIAN_SEAL_PASSPHRASE", "")
SEAL_CERTIFICATE = os.environ.get("WANGQIAN_SEAL_CERTIFICATE", "")
SEAL_PKCS11 = os.environ.get("WANGQIAN_SEAL_PKCS11", "")  # path of the module
SEAL_TOKEN = os.environ.get("WANGQIAN_SEAL_TOKEN", "")
SEAL_LABEL = os.environ.get("WANGQIAN_SEAL_LABEL", "")
SEAL_PIN = os.environ.get("WANGQIAN_SEAL_PIN", "")
SEAL_TRUST = os.environ.get("WANGQIAN_SEAL_TRUST", "")  # roots (PEM) above the seal's and the time stamps' certificates
TSA_URL = os.environ.get("WANGQIAN_TSA_URL", "")
# The log of all events: the key of its signed heads, and who outside is sent them.
LOG_KEY = os.environ.get("WANGQIAN_LOG_KEY", "")
LOG_PASSPHRASE = os.environ.get("WANGQIAN_LOG_PASSPHRASE", "")
LOG_MAIL = [address.strip() for address in os.environ.get("WANGQIAN_LOG_MAIL", "").split(",") if address.strip()]

EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
EMAIL_HOST = os.environ.get("EMAIL_HOST", "")
EMAIL_PORT = int(os.environ.get("EMAIL_PORT", "587"))
EMAIL_HOST_USER = os.environ.get("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = EMAIL_PORT == 587
DEFAULT_FROM_EMAIL = os.environ.get("EMAIL_FROM", "no-reply@localhost")

# SMS: the provider ("aliyun", "tencent", "" for none), and another one that is tried while the first is down.
SMS_PROVIDER = os.environ.get("SMS_PROVIDER", "")
SMS_FALLBACK = os.environ.get("SMS_FALLBACK", "")
SMS_ALIYUN = {
    "key_id": os.environ.get("SMS_ALIYUN_KEY_ID", ""),
    "key_secret": os.environ.get("SMS_ALIYUN_KEY_SECRET", ""),
    "sign": os.environ.get("SMS_ALIYUN_SIGN", ""),
    "endpoint": os.environ.get("SMS_ALIYUN_ENDPOINT", "https://dysmsapi.aliyuncs.com"),
}
SMS_TENCENT = {
    "key_id": os.environ.get("SMS_TENCENT_KEY_ID", ""),
    "key_secret": os.environ.get("SMS_TENCENT_KEY_SECRET", ""),
    "sign": os.environ.get("SMS_TENCENT_SIGN", ""),
    "app_id": os.environ.get("SMS_TENCENT_APP_ID", ""),
    "region": os.environ.get("SMS_TENCENT_REGION", "ap-guangzhou"),
    "endpoint": os.environ.get("SMS_TENCENT_ENDPOINT", "https://sms.tencentcloudapi.com"),
}
SMS_TEMPLATES = os.environ.get("SMS_TEMPLATES", "")  # file with the providers' codes of notices/templates.csv
SMS_RECEIPT_TOKEN = os.environ.get("SMS_RECEIPT_TOKEN", "")  # secret part of the addresses that take delivery receipts
SMS_BUDGET = int(os.environ.get("SMS_BUDGET", "200000"))  # segments a day in all; 0: no limit

# WeChat 服务号: absent without these. `aes_key` puts it in 安全模式; `templates` is the file with its template ids.
WECHAT = {
    "app_id": os.environ.get("WECHAT_APP_ID", ""),
    "app_secret": os.environ.get("WECHAT_APP_SECRET", ""),
    "token": os.environ.get("WECHAT_TOKEN", ""),
    "aes_key": os.environ.get("WECHAT_AES_KEY", ""),
    "endpoint": os.environ.get("WECHAT_ENDPOINT", "https://api.weixin.qq.com"),
    "templates": os.environ.get("WECHAT_TEMPLATES", ""),
}
# Logging in by another house (OpenID Connect): 学信网, 一网通办, a campus. Absent without these.
OIDC = {
    "name": os.environ.get("OIDC_NAME", ""),
    "discovery": os.environ.get("OIDC_DISCOVERY_URL", ""),
    "client_id": os.environ.get("OIDC_CLIENT_ID", ""),
    "client_secret": os.environ.get("OIDC_CLIENT_SECRET", ""),
    "scope": os.environ.get("OIDC_SCOPE", "openid profile"),
    "claims": os.environ.get("OIDC_CLAIMS", "name=name"),  # ours=theirs: name, number, student_number, school
    "school": os.environ.get("OIDC_SCHOOL", ""),  # a campus speaks for its own graduates alone
}
SOCIALACCOUNT_ADAPTER = "wangqian.web.outside.http.Adapter"  # how allauth's OAuth2 client asks over HTTP

# "elsewhere": what lies under the database keeps checksums itself (operating/checks/database.py).
CHECKSUMS_ELSEWHERE = TESTING or os.environ.get("WANGQIAN_CHECKSUMS") == "elsewhere"

# Figures for Prometheus, on a port of their own; without it none leave the process.
METRICS_PORT = int(os.environ.get("WANGQIAN_METRICS_PORT") or 0)
METRICS_BIND = os.environ.get("WANGQIAN_METRICS_BIND") or "127.0.0.1"
METRICS_FOLDER = VAR / "metrics"
if METRICS_PORT and not TESTING:
    metrics.share(METRICS_FOLDER)

# Every line of every library passes the one formatter; Django's own handlers go (wangqian/logs.py says why).
logs.configure(warnings=not TESTING)
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"strict": {"()": "wangqian.logs.Strict", "readable": DEMO or TESTING}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "strict"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {
        "django": {"handlers": [], "level": "INFO", "propagate": True},
        "django.request": {"level": "ERROR"},  # refusals stand in the line of their request
        "django.server": {"handlers": [], "propagate": True},
        "wangqian.requests": {"level": "WARNING" if DEMO or TESTING else "INFO"},
    },
}
