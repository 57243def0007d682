"""Addresses of councils; `portal.urls` says under which path."""

from django.urls import path

from councils import views

app_name = "councils"
urlpatterns = [
    path("", views.council_list, name="council_list"),
    path("<int:pk>/", views.council_detail, name="council_detail"),
    path("regeln/<int:pk>/", views.statute_detail, name="statute_detail"),
    path("unternehmen/", views.company_list, name="company_list"),
]
