"""Addresses of proposals; `portal.urls` says under which path."""

from django.urls import path

from proposals.views import public, secretariat, voices, writing

app_name = "proposals"
urlpatterns = [
    path("", public.proposal_list, name="list"),
    path("neu/", writing.proposal_create, name="create"),
    path("<int:pk>/", public.proposal_detail, name="detail"),
    path("<int:pk>/bearbeiten/", writing.proposal_edit, name="edit"),
    path("<int:pk>/einreichen/", writing.proposal_submit, name="submit"),
    path("<int:pk>/zurueckziehen/", writing.proposal_withdraw, name="withdraw"),
    path("<int:pk>/unterstuetzen/", voices.proposal_support, name="support"),
    path("<int:pk>/beitrag/", voices.proposal_comment, name="comment"),
    path("<int:pk>/melden/", voices.proposal_notice, name="notice"),
    path("pruefung/", secretariat.admissibility_list, name="admissibility"),
    path("pruefung/<int:pk>/", secretariat.admissibility_decide, name="admissibility_decide"),
    path("meldungen/", secretariat.notice_list, name="notices"),
    path("meldungen/<int:pk>/", secretariat.notice_decide, name="notice_decide"),
]
