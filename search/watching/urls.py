"""Addresses of watches."""

from django.urls import path

from search.watching import views

urlpatterns = [
    path("watch/", views.show, name="watch"),
    path("watch/ask/", views.ask, name="watch-ask"),
    path("watch/asked/", views.asked, name="watch-asked"),
    path("watch/confirm/", views.change, {"what": "confirm"}, name="watch-confirm"),
    path("watch/keep/", views.change, {"what": "keep"}, name="watch-keep"),
    path("watch/delete/", views.delete, name="watch-delete"),
    path("watch/deleted/", views.deleted, name="watch-deleted"),
    path("watch/unsubscribe/", views.unsubscribe, name="watch-unsubscribe"),
]
