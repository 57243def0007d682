"""All settings, from the environment only (docs/settings.md); what is missing fails at the start, by name.

`ALLMENDE_DEVELOPMENT=1` (set by `./run demo` and `./run test`) fills in what a laptop needs: the embedded
PostgreSQL, a local secret, mail into files. In production it is unset and every secret must be given.
"""

from pathlib import Path

import environ
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

env = environ.Env()
ROOT = Path(__file__).resolve().parent.parent
DEVELOPMENT = env.bool("ALLMENDE_DEVELOPMENT", False)
TESTING = env.bool("ALLMENDE_TESTING", False)
VAR = Path(env("ALLMENDE_VAR", default=str(ROOT / "var")))

if DEVELOPMENT:
    from portal import development

    SECRET_KEY = env("SECRET_KEY", default=None) or development.secret("secret-key")
    PERSON_KEY = env("PERSON_KEY", default=None) or development.secret("person-key")
    DATABASE_URL = env("DATABASE_URL", default=None) or development.url()
    PUBLIC_URL = env("PUBLIC_URL", default="http://localhost:8000")
    ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]", "testserver"])
else:
    SECRET_KEY = env("SECRET_KEY")
    PERSON_KEY = env("PERSON_KEY")
    DATABASE_URL = env("DATABASE_URL")
    PUBLIC_URL = env("PUBLIC_URL")
    ALLOWED_HOSTS = env.list("ALLOWED_HOSTS")
"""PERSON_KEY keys the hashes under which a resident is recognised again without storing the extract's row."""

DEBUG = False
DRAND_NETWORKS = {
    "quicknet": {
        "chain": "52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971",
        "public_key": "83cf0f2896adee7eb8b5f01fcad3912212c437e0073e911fb90022d3e760183c8c4b450b6a0a6c3ac6a5776a2d106451"
        "0d1fec758c921cc22b0e17e63aaf4bcb5ed66304de9cf809bd274ca73bab4af5a6e9c76a4bc09e76eae8991ef5ece45a",
        "genesis": 1692803367,
        "period": 3,
    },
    "default": {
        "chain": "8990e7a9aaed2ffed73dbd7092123d6f289930540d7651336225dc172e51b2ce",
        "public_key": "868f005eb8e6e4ca0a47c8a77ceaa5309a47978a7c71bc5cce96366b5d7a569937c529eeda66c7293784a9402801af31",
        "genesis": 1595431050,
        "period": 30,
        "is_chained": True,
    },
}
"""Public randomness (drand, League of Entropy): public keys and times of its networks, as the networks publish them."""

IS_HTTPS = PUBLIC_URL.startswith("https://")

INSTALLED_APPS = [
    "portal",
    "portal.pages",
    "decisions",
    "meetings",
    "proposals",
    "lottery",
    "councils",
    "voting",
    "accounts",
    "documents",
    "audit",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.usersessions",
    "wagtail.contrib.settings",
    "wagtail.embeds",
    "wagtail.sites",
    "wagtail.users",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "django_filters",
    "django_htmx",
    "csp",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "django.forms",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "portal.polled.polled_fragments",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "portal.page_cache.anonymous_pages",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "accounts.middleware.second_factor",
    "portal.middleware.content_security_policy",
    "portal.pages.middleware.editors_only",
    "django_htmx.middleware.HtmxMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "portal.context.city",
            ],
            "builtins": ["portal.templatetags.quick"],
        },
    }
]

DATABASES = {"default": {**env.db_url_config(DATABASE_URL), "ATOMIC_REQUESTS": False, "CONN_MAX_AGE": 60}}
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
if TESTING:
    DATABASES["default"]["TEST"] = {"TEMPLATE": env("ALLMENDE_TEST_TEMPLATE", default=None)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {
    "default": env.cache_url_config(env("CACHE_URL"))
    if env("CACHE_URL", default=None)
    else {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "portal_cache"},
}
if TESTING:
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
CACHES["process"] = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "process"}
PAGE_CACHE = env.bool("PAGE_CACHE", True)
"""`default` is shared (rate limits, fragments); `process` holds what may be a minute old, at no query."""

# People and logins
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
if TESTING:
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "portal:tasks"
LOGOUT_REDIRECT_URL = "portal:home"
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = False
ACCOUNT_CONFIRM_EMAIL_ON_GET = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 3600 if TESTING else 300  # a slow machine's test run takes longer than five minutes
ACCOUNT_SESSION_REMEMBER = None
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
if TESTING:
    ACCOUNT_RATE_LIMITS = False
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = DEVELOPMENT
MFA_TOTP_ISSUER = "Allmende"
USERSESSIONS_TRACK_ACTIVITY = False
SOCIALACCOUNT_ONLY = False

# Residents
VOTING_AGE = env.int("VOTING_AGE", default=16)
VERIFICATION_METHODS = env.list("VERIFICATION_METHODS", default=["letter", "register", "provider", "desk"])
IDENTITY_CLAIMS = env.json("IDENTITY_CLAIMS", default={})
"""Which claims of an identity provider stand for given name, family name, birth date … (docs/people.md)."""

# Cookies and headers
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = IS_HTTPS
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_HTTPONLY = True
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "portal.views.site.csrf_failure"
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 31_536_000 if IS_HTTPS else 0
SECURE_SSL_REDIRECT = IS_HTTPS and not TESTING
if IS_HTTPS:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

# Video rooms: the API of a BigBlueButton server ("https://host/bigbluebutton/api"), its shared secret, its hash
BIGBLUEBUTTON_URL = env("BIGBLUEBUTTON_URL", default="")
BIGBLUEBUTTON_SECRET = env("BIGBLUEBUTTON_SECRET", default="")
BIGBLUEBUTTON_HASH = env("BIGBLUEBUTTON_HASH", default="sha256")

# Time stamps on the seal of a draw (RFC 3161): the authority's address, and a PEM file with its root and what lies between
TIME_STAMP_URL = env("TIME_STAMP_URL", default="")
TIME_STAMP_CERTIFICATES = env("TIME_STAMP_CERTIFICATES", default="")

# Language and time
LANGUAGE_CODE = "de"
LANGUAGES = [("de", _("German")), ("en", _("English")), ("de-ls", _("Plain German (Leichte Sprache)"))]
LOCALE_PATHS = [ROOT / "locale"]
USE_I18N = USE_TZ = True
USE_THOUSAND_SEPARATOR = True
TIME_ZONE = "Europe/Berlin"

# Files
STATIC_URL = "/static/"
STATICFILES_DIRS = [ROOT / "static"]
STATIC_ROOT = None if DEVELOPMENT else VAR / "static"
WHITENOISE_USE_FINDERS = DEVELOPMENT
WHITENOISE_AUTOREFRESH = False
MEDIA_ROOT = VAR / "media"
MEDIA_URL = "/media/"
PRIVATE_ROOT = Path(env("PRIVATE_ROOT", default=str(VAR / "private")))
FILE_UPLOAD_PERMISSIONS = 0o600
DATA_UPLOAD_MAX_MEMORY_SIZE = 12 * 1024 * 1024

# Mail: every message is a row first (accounts.Message); this is only the last hop.
EMAIL_FROM = env("EMAIL_FROM", default="buergerrat@localhost" if DEVELOPMENT else environ.Env.NOTSET)
DEFAULT_FROM_EMAIL = SERVER_EMAIL = EMAIL_FROM
if DEVELOPMENT and not env("EMAIL_URL", default=None):
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = VAR / "mail"
else:
    vars().update(env.email_url("EMAIL_URL"))
EMAIL_TIMEOUT = 20

# Background work: the row in PostgreSQL is the truth, the broker only wakes a worker.
BROKER_URL = env("BROKER_URL", default="filesystem://localhost//" if DEVELOPMENT else environ.Env.NOTSET)
CELERY_BROKER_URL = BROKER_URL
CELERY_TASK_ALWAYS_EAGER = TESTING
CELERY_TASK_EAGER_PROPAGATES = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
if BROKER_URL.startswith("filesystem:"):
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(VAR / "queue"),
        "data_folder_out": str(VAR / "queue"),
        "control_folder": str(VAR / "queue-control"),
        "store_processed": False,
    }
else:
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "visibility_timeout": 60,
        "unacked_restore_interval": 2,
        "unacked_restore_throttle": 1,
    }

# Editorial text
WAGTAIL_SITE_NAME = "Allmende"
WAGTAILADMIN_BASE_URL = PUBLIC_URL
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = False
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_USER_TIME_ZONES = ["Europe/Berlin"]
WAGTAIL_CONTENT_LANGUAGES = [("de", "Deutsch"), ("en", "English")]
WAGTAILIMAGES_EXTENSIONS = ["jpg", "jpeg", "png", "webp"]
WAGTAILDOCS_EXTENSIONS = ["pdf", "csv", "txt"]
WAGTAILSEARCH_BACKENDS = {
    "default": {"BACKEND": "wagtail.search.backends.database", "SEARCH_CONFIG": "german"},
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}
