from django.apps import AppConfig


class SearchConfig(AppConfig):
    """Finding and ranking; holds no truth."""

    name = "search"

    def ready(self) -> None:
        from search import outbox

        outbox.listen()
