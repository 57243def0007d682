from django.apps import AppConfig


class LotteryConfig(AppConfig):
    name = "lottery"

    def ready(self) -> None:
        from lottery import system_checks  # noqa: F401  (registers what `check` asks)
