"""Addresses of decisions; `portal.urls` says under which path."""

from django.urls import path

from decisions.views import board, public, secretariat

app_name = "decisions"
urlpatterns = [
    path("", public.decision_list, name="list"),
    path("<int:pk>/", public.decision_detail, name="detail"),
    path("<int:pk>/beschluss.pdf", public.decision_pdf, name="pdf"),
    path("<int:pk>/beschluss.json", public.decision_json, name="json"),
    path("stellungnahme/<int:pk>/dokument/", public.statement_file, name="statement_file"),
    path("schritt/<int:pk>/nachweis/", public.step_proof, name="step_proof"),
    path("postfach/", board.inbox, name="inbox"),
    path("adressat/<int:pk>/", board.addressee_detail, name="addressee"),
    path("adressat/<int:pk>/empfang/", board.addressee_acknowledge, name="acknowledge"),
    path("adressat/<int:pk>/antwort/", board.answer, name="answer"),
    path("adressat/<int:pk>/eingang/", board.enter_answer, name="enter_answer"),
    path("adressat/<int:pk>/schritt/", board.step_add, name="step_add"),
    path("schritt/<int:pk>/erledigt/", board.step_done, name="step_done"),
    path("geschaeftsstelle/", secretariat.office, name="office"),
    path("geschaeftsstelle/<int:pk>/", secretariat.adopt, name="adopt"),
]
