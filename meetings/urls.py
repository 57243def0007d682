"""Addresses of meetings; `portal.urls` says under which path."""

from django.urls import path

from meetings.views import public, sessions, votes

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
    path("punkte/<int:pk>/verschieben/", sessions.item_move, name="item_move"),
    path("punkte/<int:pk>/streichen/", sessions.item_remove, name="item_remove"),
    path("punkte/<int:pk>/abstimmung/", votes.vote_detail, name="vote"),
    path("punkte/<int:pk>/abstimmung/eroeffnen/", votes.vote_open, name="item_vote_open"),
    path("punkte/<int:pk>/abstimmung/schliessen/", votes.vote_close, name="item_vote_close"),
    path("punkte/<int:pk>/abstimmung/zuruecknehmen/", votes.paper_discard, name="paper_discard"),
]
