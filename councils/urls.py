"""Addresses of councils; `portal.urls` says under which path."""

from django.urls import path

from councils.views import boards, delegates, drafts, office
from councils.views import public as views

app_name = "councils"
urlpatterns = [
    path("", views.council_list, name="council_list"),
    path("<int:pk>/", views.council_detail, name="council_detail"),
    path("regeln/<int:pk>/", views.statute_detail, name="statute_detail"),
    path("<int:pk>/regeln/vorschlagen/", drafts.draft_new, name="draft_new"),
    path("regeln/entwurf/<int:pk>/", drafts.draft_detail, name="draft_detail"),
    path("regeln/entwurf/<int:pk>/in-kraft-setzen/", drafts.draft_enact, name="draft_enact"),
    path("unternehmen/", views.company_list, name="company_list"),
    path("berichte/<int:pk>/", delegates.board_report, name="board_report"),
    path("entsandt/", delegates.delegate_seats, name="delegate_seats"),
    path("entsandt/<int:pk>/erklaeren/", delegates.confidentiality_declare, name="confidentiality_declare"),
    path("entsandt/<int:seat>/sitzung/<int:sitting>/", delegates.board_file_open, name="board_file_open"),
    path("entsandt/akte/<int:pk>/", delegates.board_file, name="board_file"),
    path("entsandt/akte/<int:pk>/tagesordnung/", delegates.board_file_edit, name="board_file_edit"),
    path("entsandt/unterlage/<int:pk>/", delegates.board_paper, name="board_paper"),
    path("entsandt/auftrag/<int:pk>/", delegates.mandate_note, name="mandate_note"),
    path("entsandt/bericht/<int:pk>/", delegates.board_report_write, name="board_report_write"),
    path("geschaeftsstelle/unternehmen/", office.company_office_list, name="company_office_list"),
    path("geschaeftsstelle/unternehmen/neu/", office.company_new, name="company_new"),
    path("geschaeftsstelle/unternehmen/<int:pk>/", office.company_office, name="company_office"),
    path("geschaeftsstelle/unternehmen/<int:pk>/bearbeiten/", office.company_edit, name="company_edit"),
    path("geschaeftsstelle/unternehmen/<int:pk>/eigentum/", office.owner_add, name="owner_add"),
    path("geschaeftsstelle/eigentum/<int:pk>/", office.owner_remove, name="owner_remove"),
    path("geschaeftsstelle/unternehmen/<int:pk>/organ/", office.organ_add, name="organ_add"),
    path("geschaeftsstelle/unternehmen/<int:pk>/kennzahl/", office.figure_add, name="figure_add"),
    path("geschaeftsstelle/organ/<int:pk>/bindung/", office.organ_binding, name="organ_binding"),
    path("geschaeftsstelle/organ/<int:pk>/sitzungen/", office.sitting_list, name="sitting_list"),
    path("geschaeftsstelle/sitzungen/<int:pk>/entfernen/", office.sitting_remove, name="sitting_remove"),
    path("geschaeftsstelle/organ/<int:pk>/platz/", office.board_seat_new, name="board_seat_new"),
    path("geschaeftsstelle/platz/<int:pk>/", boards.board_seat, name="board_seat"),
    path("geschaeftsstelle/platz/<int:pk>/entsenden/", boards.delegate_send, name="delegate_send"),
    path("geschaeftsstelle/platz/<int:pk>/auftrag/", boards.mandate_give, name="mandate_give"),
    path("geschaeftsstelle/entsandt/<int:pk>/beenden/", boards.delegate_recall, name="delegate_recall"),
]
