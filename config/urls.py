"""All addresses of the site, room by room."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("search.urls")),
    path("", include("directory.urls")),
    path("", include("accounts.urls")),
]
