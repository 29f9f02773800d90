from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Who is acting: users and their roles."""

    name = "accounts"
