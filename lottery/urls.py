"""Addresses of the lottery; `portal.urls` says under which path."""

from django.urls import path

from lottery.views import desk, officer, public, seats, signing, verifying

app_name = "lottery"
urlpatterns = [
    path("", public.draw_list, name="draw_list"),
    path("<int:pk>/", public.draw_detail, name="draw_detail"),
    path("<int:pk>/protokoll.json", public.draw_record, name="draw_record"),
    path("pruefen/", verifying.verify, name="verify"),
    path("pruefen/datei/", verifying.verify_download, name="verify_download"),
    path("antwort/", public.reply, name="reply"),
    path("<int:pk>/danke/", public.reply_done, name="reply_done"),
    path("schalter/", desk.desk, name="desk"),
    path("leitung/", officer.office, name="office"),
    path("leitung/neu/", officer.draw_open, name="draw_open"),
    path("leitung/<int:pk>/", officer.cockpit, name="cockpit"),
    path("leitung/<int:pk>/merkmale/", officer.features, name="features"),
    path("leitung/<int:pk>/stichprobe/", officer.sample, name="sample"),
    path("leitung/<int:pk>/briefe/", officer.invite, name="invite"),
    path("leitung/<int:pk>/briefe/<int:file_pk>.pdf", desk.letter_file, name="letter_file"),
    path("leitung/<int:pk>/briefe/drucken/", officer.act, {"name": "print"}, name="print"),
    path("leitung/<int:pk>/rueckmeldungen/", desk.replies, name="replies"),
    path("leitung/<int:pk>/rueckmeldungen/<int:invitation_pk>/", desk.reply_enter, name="reply_enter"),
    path("leitung/<int:pk>/schliessen/", officer.act, {"name": "close"}, name="close"),
    path("leitung/<int:pk>/quoten/", officer.quotas, name="quotas"),
    path("leitung/<int:pk>/quoten/oeffnen/", officer.reopen, name="reopen"),
    path("leitung/<int:pk>/einfrieren/", signing.freeze, name="freeze"),
    path("leitung/<int:pk>/berechnen/", officer.act, {"name": "compute"}, name="compute"),
    path("leitung/<int:pk>/siegeln/", signing.commit, name="commit"),
    path("leitung/<int:pk>/zahl/", signing.number, name="number"),
    path("leitung/<int:pk>/auslosen/", officer.act, {"name": "select"}, name="select"),
    path("leitung/<int:pk>/bestaetigen/", officer.act, {"name": "certify"}, name="certify"),
    path("leitung/<int:pk>/zusagen/", seats.confirmations, name="confirmations"),
    path("leitung/<int:pk>/zusagen/<int:invitation_pk>/", seats.confirm, name="confirm"),
]
