"""Addresses of the directory room: public pages."""

from django.urls import path

from directory.views import content

app_name = "directory"
urlpatterns = [
    # One practice (its view is in directory/views/profile.py):
    # -- place for: path("therapists/<int:pk>/", profile.practice, name="practice")
    # What the words mean, and what is known:
    path("conditions/", content.conditions, name="conditions"),
    path("conditions/<slug:slug>/", content.condition, name="condition"),
    path("techniques/", content.techniques, name="techniques"),
    path("techniques/<slug:slug>/", content.technique, name="technique"),
    path("sources/", content.sources, name="sources"),
    path("privacy/", content.privacy, name="privacy"),
]
