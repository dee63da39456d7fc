"""The flows layer as a Django app; importing the flow files checks every chart."""

from django.apps import AppConfig


class FlowsConfig(AppConfig):
    name = "wangqian.flows"
    label = "flows"

    def ready(self) -> None:
        from wangqian.flows import (  # noqa: F401
            activation_slip,
            certification,
            correction_request,
            departure,
            destination,
            dispute,
            offline,
            offline_termination,
            online,
            online_termination,
            paper,
            reopening,
            sweeps,
        )
