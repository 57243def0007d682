"""Every address, German words in the path; each app names its own."""

from django.conf.urls.i18n import i18n_patterns  # noqa: F401
from django.urls import include, path
from django.views.generic.base import RedirectView
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls

from portal import views

portal_patterns = (
    [
        path("", views.home, name="home"),
        path("mitmachen/", views.participate, name="participate"),
        path("suche/", views.search, name="search"),
        path("aufgaben/", views.tasks, name="tasks"),
        path("impressum/", views.imprint, name="imprint"),
        path("datenschutz/", views.privacy, name="privacy"),
        path("barrierefreiheit/", views.accessibility, name="accessibility"),
        path("darstellung/", views.theme_set, name="theme"),
        path("city.css", views.city_css, name="city_css"),
        path("csp-report/", views.csp_report, name="csp_report"),
        path("gestaltung/", views.styleguide, name="styleguide"),
    ],
    "portal",
)

urlpatterns = [
    path("", include(portal_patterns)),
    path("i18n/", include("django.conf.urls.i18n")),
    path("konto/", include("allauth.urls")),
    path("personen/", include("accounts.urls")),
    path("unternehmen-und-rat/", include("councils.urls")),
    path("losverfahren/", include("lottery.urls")),
    path("vorschlaege/", include("proposals.urls")),
    path("sitzungen/", include("meetings.urls")),
    path("beschluesse/", include("decisions.urls")),
    path("cms/login/", RedirectView.as_view(pattern_name="account_login", query_string=True)),
    path("cms/documents/", include(wagtaildocs_urls)),
    path("cms/", include(wagtailadmin_urls)),
    path("seiten/", include(wagtail_urls)),
]
