"""All addresses of the site, room by room."""

from django.urls import URLPattern, URLResolver, include, path

from config.health import healthz, readyz

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", healthz),
    path("readyz", readyz),
    path("", include("search.urls")),
    path("", include("directory.urls")),
    path("", include("accounts.urls")),
]
