"""Every address, German words in the path; each app names its own."""

from django.urls import include, path
from django.views.generic.base import RedirectView
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls

from portal.views import companies, home, jobs, mydata, outbox, search, site, tasks

portal_patterns = (
    [
        path("", home.home, name="home"),
        path("mitmachen/", home.participate, name="participate"),
        path("suche/", search.search, name="search"),
        path("aufgaben/", tasks.tasks, name="tasks"),
        path("unternehmen/<int:pk>/", companies.company_detail, name="company_detail"),
        path("impressum/", site.imprint, name="imprint"),
        path("datenschutz/", site.privacy, name="privacy"),
        path("barrierefreiheit/", site.accessibility, name="accessibility"),
        path("darstellung/", site.theme_set, name="theme"),
        path("city.css", site.city_css, name="city_css"),
        path("gestaltung/", site.styleguide, name="styleguide"),
        path("meine-daten/herunterladen/", mydata.my_data_export, name="my_data_export"),
        path("meine-daten/loeschen/", mydata.my_data_erase, name="my_data_erase"),
        path("geschaeftsstelle/arbeiten/", jobs.job_list, name="job_list"),
        path("geschaeftsstelle/arbeiten/<int:pk>/nochmal/", jobs.job_retry, name="job_retry"),
        path("geschaeftsstelle/post/", outbox.message_list, name="message_list"),
        path("geschaeftsstelle/post/<int:pk>/", outbox.message_detail, name="message_detail"),
        path("geschaeftsstelle/post/<int:pk>/gesagt/", outbox.message_told, name="message_told"),
        path("geschaeftsstelle/post/<int:pk>/nochmal/", outbox.message_retry, name="message_retry"),
        path("geschaeftsstelle/briefe/", outbox.batch_list, name="batch_list"),
        path("geschaeftsstelle/briefe/drucken/", outbox.batch_request, name="batch_request"),
        path("geschaeftsstelle/briefe/<int:pk>.pdf", outbox.batch_pdf, name="batch_pdf"),
        path("geschaeftsstelle/briefe/<int:pk>/aufgegeben/", outbox.batch_posted, name="batch_posted"),
    ],
    "portal",
)

urlpatterns = [
    path("", include(portal_patterns)),
    path("i18n/", include("django.conf.urls.i18n")),
    path("konto/", include("allauth.urls")),
    path("personen/", include("accounts.urls")),
    path("rat/", include("councils.urls")),
    path("losverfahren/", include("lottery.urls")),
    path("vorschlaege/", include("proposals.urls")),
    path("sitzungen/", include("meetings.urls")),
    path("beschluesse/", include("decisions.urls")),
    path("cms/login/", RedirectView.as_view(pattern_name="account_login", query_string=True)),
    path("seiten/_util/login/", RedirectView.as_view(pattern_name="account_login", query_string=True)),
    path("cms/documents/", include(wagtaildocs_urls)),
    path("cms/", include(wagtailadmin_urls)),
    path("seiten/", include(wagtail_urls)),
]
