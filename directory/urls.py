"""Addresses of the directory room: public pages."""

from django.urls import path

from directory.views import content, profile, standing

app_name = "directory"
urlpatterns = [
    path("practices/<int:pk>/", profile.practice, name="practice"),
    path("account/practices/", standing.standing, name="standing"),
    # What the words mean, and what is known:
    path("conditions/", content.conditions, name="conditions"),
    path("conditions/<slug:slug>/", content.condition, name="condition"),
    path("techniques/", content.techniques, name="techniques"),
    path("techniques/<slug:slug>/", content.technique, name="technique"),
    path("sources/", content.sources, name="sources"),
    path("privacy/", content.privacy, name="privacy"),
]
