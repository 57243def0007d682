"""Addresses of accounts; `portal.urls` says under which path."""

from django.urls import path

from accounts.views import conflicts, corrections, me, people, register, roles, verify

app_name = "accounts"
urlpatterns = [
    path("ich/", me.me, name="me"),
    path("ich/bearbeiten/", me.me_edit, name="me_edit"),
    path("ich/bestaetigen/", verify.verify, name="verify"),
    path("ich/bestaetigen/brief/", verify.verify_letter, name="verify_letter"),
    path("ich/bestaetigen/brief/anfordern/", verify.letter_request, name="letter_request"),
    path("ich/bestaetigen/melderegister/", verify.verify_register, name="verify_register"),
    path("ich/bestaetigen/anbieter/", verify.verify_provider, name="verify_provider"),
    path("", people.person_list, name="person_list"),
    path("neu/", people.person_new, name="person_new"),
    path("<uuid:uuid>/", people.person_detail, name="person_detail"),
    path("<uuid:uuid>/bearbeiten/", people.person_edit, name="person_edit"),
    path("<uuid:uuid>/berichtigen/", corrections.correction_new, name="correction_new"),
    path("<uuid:uuid>/bestaetigen/", people.person_verify, name="person_verify"),
    path("<uuid:uuid>/brief/", people.person_letter, name="person_letter"),
    path("<uuid:uuid>/amt/", roles.role_request_new, name="role_request_new"),
    path("aemter/", roles.role_requests, name="role_requests"),
    path("aemter/<int:pk>/", roles.role_request_detail, name="role_request_detail"),
    path("aemter/<int:pk>/bestaetigen/", roles.role_request_confirm, name="role_request_confirm"),
    path("aemter/<int:pk>/ablehnen/", roles.role_request_refuse, name="role_request_refuse"),
    path("berichtigungen/", corrections.corrections, name="corrections"),
    path("berichtigungen/<int:pk>/", corrections.correction_detail, name="correction_detail"),
    path("berichtigungen/<int:pk>/bestaetigen/", corrections.correction_confirm, name="correction_confirm"),
    path("berichtigungen/<int:pk>/ablehnen/", corrections.correction_refuse, name="correction_refuse"),
    path("klaerungen/", conflicts.conflicts, name="conflicts"),
    path("klaerungen/<int:pk>/", conflicts.conflict_detail, name="conflict_detail"),
    path("melderegister/", register.register_import, name="register_import"),
]
