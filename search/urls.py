"""Addresses of the search room."""

from django.urls import path

from search import views
from search.watching.urls import urlpatterns as watching

app_name = "search"
urlpatterns = [
    path("", views.home, name="home"),
    path("search/", views.results, name="results"),
    path("how-ranking-works/", views.ranking, name="ranking"),
    *watching,
]
