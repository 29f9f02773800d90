from django.apps import AppConfig


class DirectoryConfig(AppConfig):
    """The truth: who may be listed, and why."""

    name = "directory"
