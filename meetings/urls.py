"""Addresses of meetings; `portal.urls` says under which path."""

from django.urls import path

from meetings.views import minutes, public, recusals, sessions, votes

app_name = "meetings"
urlpatterns = [
    path("", public.meeting_list, name="list"),
    path("neu/", sessions.meeting_create, name="create"),
    path("<int:pk>/", public.meeting_detail, name="detail"),
    path("<int:pk>/tagesordnung/", sessions.agenda_edit, name="agenda"),
    path("<int:pk>/eroeffnen/", sessions.meeting_open, name="open"),
    path("<int:pk>/schliessen/", sessions.meeting_close, name="close"),
    path("<int:pk>/anwesenheit/", sessions.presence_edit, name="presence"),
    path("<int:pk>/ich-bin-da/", sessions.presence_note, name="presence_note"),
    path("<int:pk>/niederschrift/", minutes.minutes_detail, name="minutes"),
    path("<int:pk>/niederschrift/anmerkung/", minutes.note_edit, name="minutes_note"),
    path("<int:pk>/niederschrift/vorlegen/", minutes.minutes_lay, name="minutes_lay"),
    path("<int:pk>/niederschrift/einwand/", minutes.objection_raise, name="objection"),
    path("<int:pk>/niederschrift/genehmigen/", minutes.minutes_approve, name="minutes_approve"),
    path("<int:pk>/niederschrift.pdf", minutes.minutes_file, name="minutes_file"),
    path("<int:pk>/niederschrift-nichtoeffentlich.pdf", minutes.minutes_closed_file, name="minutes_closed_file"),
    path("einwaende/<int:pk>/", minutes.objection_decide, name="objection_decide"),
    path("zusagen/<int:pk>/", minutes.promise_keep, name="promise_keep"),
    path("punkte/<int:pk>/zusage/", minutes.promise_add, name="promise_add"),
    path("punkte/<int:pk>/befangenheit/", recusals.recusal_list, name="recusals"),
    path("befangenheit/<int:pk>/", recusals.recusal_decide, name="recusal_decide"),
    path("punkte/<int:pk>/abstimmung/los/", votes.lot_draw, name="lot"),
    path("punkte/<int:pk>/abstimmung/berichtigung/", votes.ballot_correct, name="correction"),
    path("punkte/<int:pk>/abstimmung/stimmen.csv", votes.ballots_csv, name="ballots"),
    path("punkte/<int:pk>/verschieben/", sessions.item_move, name="item_move"),
    path("punkte/<int:pk>/streichen/", sessions.item_remove, name="item_remove"),
    path("punkte/<int:pk>/abstimmung/", votes.vote_detail, name="vote"),
    path("punkte/<int:pk>/abstimmung/eroeffnen/", votes.vote_open, name="item_vote_open"),
    path("punkte/<int:pk>/abstimmung/schliessen/", votes.vote_close, name="item_vote_close"),
    path("punkte/<int:pk>/abstimmung/zuruecknehmen/", votes.paper_discard, name="paper_discard"),
]
