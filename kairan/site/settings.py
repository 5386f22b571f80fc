# SPDX-License-Identifier: Apache-2.0
"""Django's settings, read from the environment; docs/configuration.md explains every name."""

from __future__ import annotations

from pathlib import Path

import django_stubs_ext
import psycopg.conninfo

from kairan.site import env, logs

# Lets forms and managers say what they are of, `ModelForm[Case]`, when the program runs too.
django_stubs_ext.monkeypatch()

PACKAGE_DIR = Path(__file__).resolve().parent.parent

# The demo alone may run with made-up secrets and without https.
DEMO = env.flag("KAIRAN_DEMO")
DEBUG = env.flag("KAIRAN_DEBUG")

DATA_DIR = Path(env.text("KAIRAN_DATA", "data")).absolute()

SECRET_KEY = env.secret_key(short_will_do=DEMO)
SECRET_KEY_FALLBACKS = env.words("KAIRAN_SECRET_KEY_FALLBACKS")

ALLOWED_HOSTS = env.words("KAIRAN_HOSTS", "localhost,127.0.0.1,[::1],.localhost" if DEMO else "")
# The address residents and LINE reach, used in links that leave by LINE and mail.
PUBLIC_URL = env.text("KAIRAN_PUBLIC_URL", "http://localhost:8000" if DEMO else "").rstrip("/")
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL] if PUBLIC_URL else []

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "django_htmx",
    "leaflet",
    "csp",
    "procrastinate.contrib.django",
    "kairan.municipalities",
    "kairan.audit",
    "kairan.line",
    "kairan.people",
    "kairan.files",
    "kairan.mail",
    "kairan.residents",
    "kairan.deliveries",
    "kairan.scenarios",
    "kairan.reports",
    "kairan.push",
    "kairan.talk",
    "kairan.community",
    "kairan.conversations",
    "kairan.portal",
    "kairan.intake",
    "kairan.open311",
    "kairan.console",
    "kairan.design",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
]

MIDDLEWARE = [
    "kairan.site.middleware.ObservingMiddleware",
    "kairan.conversations.webhook.WebhookMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "kairan.site.middleware.HeadersMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "kairan.municipalities.middleware.TownMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "kairan.people.middleware.LanguageMiddleware",
    "kairan.people.middleware.OwnSecretMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]

ROOT_URLCONF = "kairan.site.urls"
WSGI_APPLICATION = "kairan.site.wsgi.application"

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
                "kairan.municipalities.context.town",
                "kairan.console.context.frame",
                "kairan.portal.context.frame",
                "kairan.community.context.frame",
            ],
        },
    },
]

# ── database ──
DATABASE_URL = env.text("DATABASE_URL")


def _database(url: str) -> dict[str, object]:
    try:
        parts = psycopg.conninfo.conninfo_to_dict(url)
    except psycopg.ProgrammingError as error:  # its words could repeat the password
        raise env.WrongSetting(
            "DATABASE_URL cannot be read. It looks like postgresql://user:password@host/database"
        ) from error
    named = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST"}
    settings: dict[str, object] = {
        django: parts.pop(libpq) for libpq, django in named.items() if libpq in parts
    }
    settings["PORT"] = str(parts.pop("port", ""))
    return {
        "ENGINE": "kairan.municipalities.postgres",
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": parts,
        **settings,
    }


DATABASES = {"default": _database(DATABASE_URL or "dbname=kairan")}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# ── jobs ──
PROCRASTINATE_ON_APP_READY = None
# tasks.py of every room is found by itself; what the clock does must be named to be found.
PROCRASTINATE_IMPORT_PATHS = [
    f"{app}.periodic"
    for app in INSTALLED_APPS
    if app.startswith("kairan.") and (PACKAGE_DIR / app.split(".")[1] / "periodic.py").exists()
]
WORKER_CONCURRENCY = env.integer("KAIRAN_WORKER_CONCURRENCY", 8)

# ── keeping periods, in days ──
KEEP_SENT_DAYS = env.integer("KAIRAN_KEEP_SENT_DAYS", 90)
KEEP_EVENTS_DAYS = env.integer("KAIRAN_KEEP_EVENTS_DAYS", 30)

# ── logs and figures ──
LOGGING = logs.set_up(pretty=DEMO)
# Without a token only this machine may read /metrics.
METRICS_TOKEN = env.text("KAIRAN_METRICS_TOKEN")

# ── web ──
# Pages made at once by one web process; each thread keeps a database connection.
WEB_THREADS = env.integer("KAIRAN_WEB_THREADS", 8)
# What one person may send in talk; 0 counts nothing.
TALK_MESSAGES_A_MINUTE = env.integer("KAIRAN_TALK_MESSAGES_A_MINUTE", 120)

# ── reports from the web ──
# From one address of the internet, which may be that of a whole carrier.
WEB_REPORTS_PER_HOUR = env.integer("KAIRAN_WEB_REPORTS_PER_HOUR", 600)
# So many days after its case was closed the secret link of a report opens nothing any more.
SECRET_LINK_DAYS = env.integer("KAIRAN_SECRET_LINK_DAYS", 400)

# ── people ──
AUTH_USER_MODEL = "people.Person"
AUTHENTICATION_BACKENDS = ["kairan.people.backends.TownBackend"]
# An address is unique within a town, which Django's check cannot know.
SILENCED_SYSTEM_CHECKS = ["auth.W004"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ["email", "name"]},
    },
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
PASSWORD_RESET_TIMEOUT = 24 * 3600
# Our addresses stand with the person; allauth's own generator would copy them to its table.
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "django.contrib.auth.tokens.PasswordResetTokenGenerator"  # noqa: S105  (a class)
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/console/"
SESSION_COOKIE_AGE = 14 * 24 * 3600
# Failed sign-ins are counted in a table, which all processes on all machines share.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "people_cache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}
ACCOUNT_ADAPTER = "kairan.people.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"  # an invitation is accepted from its mail
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_REAUTHENTICATION_TIMEOUT = 15 * 60
ACCOUNT_FORMS = {
    "login": "kairan.people.sign_in_forms.SignInForm",
    "reset_password": "kairan.people.sign_in_forms.ForgottenPasswordForm",
}
# A town hall comes from one address: the limits of an address are wide, those of a person narrow.
ACCOUNT_RATE_LIMITS = {
    "login": "600/m/ip",
    "login_failed": "100/m/ip,5/900s/key",
    "reset_password": "60/m/ip,5/m/key",
}
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if env.flag("KAIRAN_BEHIND_PROXY") else 0
MFA_ADAPTER = "kairan.people.adapters.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_TOTP_TOLERANCE = 1
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = DEMO
USERSESSIONS_TRACK_ACTIVITY = False
SOCIALACCOUNT_ADAPTER = "kairan.people.adapters.ProviderAdapter"
SOCIALACCOUNT_EMAIL_VERIFICATION = "none"
SOCIALACCOUNT_STORE_TOKENS = False
# A form that leads to another site would need that site in the page's security policy.
SOCIALACCOUNT_LOGIN_ON_GET = True
OIDC_ISSUER = env.text("KAIRAN_OIDC_ISSUER").rstrip("/")
OIDC_TRUST_ADDRESSES = env.flag("KAIRAN_OIDC_TRUST_ADDRESSES")
if OIDC_ISSUER:
    SOCIALACCOUNT_PROVIDERS = {
        "openid_connect": {
            "OAUTH_PKCE_ENABLED": True,
            "APPS": [
                {
                    "provider_id": "town",
                    "name": env.text("KAIRAN_OIDC_NAME", "OpenID Connect"),
                    "client_id": env.text("KAIRAN_OIDC_CLIENT_ID"),
                    "secret": env.text("KAIRAN_OIDC_CLIENT_SECRET"),
                    "settings": {"server_url": OIDC_ISSUER},
                }
            ],
        }
    }

# ── language and time ──
LANGUAGE_CODE = "ja"
LANGUAGES = [("ja", "日本語"), ("en", "English")]
LOCALE_PATHS = [PACKAGE_DIR / "site" / "locale"]
TIME_ZONE = "Asia/Tokyo"
USE_TZ = True

# ── static files ──
STATIC_URL = "/static/"
STATIC_ROOT = Path(env.text("KAIRAN_STATIC", str(DATA_DIR / "static")))
_STATIC_BACKEND = (
    "kairan.site.static.StaticFiles"
    if (STATIC_ROOT / "staticfiles.json").exists()
    else "django.contrib.staticfiles.storage.StaticFilesStorage"
)
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": str(DATA_DIR / "files")},
    },
    "staticfiles": {"BACKEND": _STATIC_BACKEND},
}
WHITENOISE_USE_FINDERS = not (STATIC_ROOT / "staticfiles.json").exists()

# ── LINE ──
LINE_API_URL = env.text("KAIRAN_LINE_API_URL", "https://api.line.me").rstrip("/")
LINE_DATA_API_URL = env.text("KAIRAN_LINE_DATA_API_URL", "https://api-data.line.me").rstrip("/")

# ── mail ──
SMTP_HOST = env.text("KAIRAN_SMTP_HOST")
SMTP_TLS = env.text("KAIRAN_SMTP_TLS", "starttls")
if SMTP_TLS not in {"starttls", "ssl", "none"}:
    raise env.WrongSetting(f"KAIRAN_SMTP_TLS={SMTP_TLS!r}: say starttls, ssl or none")
SMTP_PORT = env.integer("KAIRAN_SMTP_PORT", {"starttls": 587, "ssl": 465, "none": 25}[SMTP_TLS])
SMTP_USER = env.text("KAIRAN_SMTP_USER")
SMTP_PASSWORD = env.text("KAIRAN_SMTP_PASSWORD")
SMTP_SECONDS = 20
DEFAULT_FROM_EMAIL = env.text("KAIRAN_MAIL_FROM", "回覧 <kairan@localhost>" if DEMO else "")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
# Without a server the demo keeps its mail in a tray that can be read in the console.
MAIL_TRAY = DEMO and not SMTP_HOST
EMAIL_BACKEND = "kairan.mail.backends.PlainMailBackend"

# ── mail in ──
# The address that residents write to; mails from it are our own.
MAIL_IN_ADDRESS = env.text("KAIRAN_MAIL_IN_ADDRESS", "tsuho@localhost" if DEMO else "")
# Whose mailbox it is, where the installation has several towns; empty: the default town's.
MAIL_IN_TOWN = env.text("KAIRAN_MAIL_IN_TOWN")
IMAP_HOST = env.text("KAIRAN_IMAP_HOST")
IMAP_TLS = env.text("KAIRAN_IMAP_TLS", "ssl")
if IMAP_TLS not in {"starttls", "ssl", "none"}:
    raise env.WrongSetting(f"KAIRAN_IMAP_TLS={IMAP_TLS!r}: say ssl, starttls or none")
IMAP_PORT = env.integer("KAIRAN_IMAP_PORT", 993 if IMAP_TLS == "ssl" else 143)
IMAP_USER = env.text("KAIRAN_IMAP_USER")
IMAP_PASSWORD = env.text("KAIRAN_IMAP_PASSWORD")
IMAP_FOLDER = env.text("KAIRAN_IMAP_FOLDER", "INBOX")

# ── addresses ──
# 国土地理院's address search; empty: typed addresses stay text. The demo asks nobody outside.
ADDRESS_SEARCH_URL = env.text(
    "KAIRAN_ADDRESS_SEARCH_URL",
    "" if DEMO else "https://msearch.gsi.go.jp/address-search/AddressSearch",
)

# ── other systems ──
# Networks in which other systems may be called, beside the public internet: LGWAN, a test bench.
PARTNER_NETWORKS = env.networks("KAIRAN_PARTNER_NETWORKS", "127.0.0.0/8,::1/128" if DEMO else "")

# ── push ──
# Beside the push hosts of the browsers' makers: a stand-in, such as 127.0.0.1:8090; demo alone.
PUSH_STAND_INS = env.words("KAIRAN_PUSH_STAND_INS") if DEMO else []

# ── security ──
_HTTPS = not DEMO
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _HTTPS
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SECURE_SSL_REDIRECT = _HTTPS and env.flag("KAIRAN_SSL_REDIRECT", default=True)
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^metrics$"]
SECURE_HSTS_SECONDS = 31_536_000 if _HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = _HTTPS
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if env.flag("KAIRAN_BEHIND_PROXY"):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# 地理院タイル by default; their host must also stand in the page's content security policy.
MAP_TILES_URL = env.text(
    "KAIRAN_MAP_TILES_URL", "https://cyberjapandata.gsi.go.jp/xyz/pale/{z}/{x}/{y}.png"
)
MAP_TILES_CREDIT = env.text("KAIRAN_MAP_TILES_CREDIT", "地理院タイル")
_MAP_TILES_HOST = "/".join(MAP_TILES_URL.split("/")[:3])
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:", "blob:", _MAP_TILES_HOST],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "manifest-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
    }
}

# A choice of two hundred options, each in three languages with its other words.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 4_000
# A report may carry several photos in one request; each file is checked again by content.
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
