"""What of the configuration decides when people are told, and of what together. Pure."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import timedelta

from monitor.config import Alert, Config


@dataclass(frozen=True, slots=True)
class Terms:
    """On which terms people are told."""

    rules: Mapping[str, Alert]
    """By name, as they are configured now; a name that is not among them asks for nothing."""
    read: Collection[str]
    """Languages in which the portal is read: no copy in another one is waited for."""
    zone: str
    """By whose clock digests and quiet hours come."""
    confirm: timedelta
    """Within that time copies of a release belong together."""
    grace: timedelta
    """How long the copy in the reader's language is waited for."""

    @classmethod
    def of(cls, config: Config, rules: Mapping[str, Alert] | None = None) -> "Terms":
        """Those of a configuration, for all of its rules or for these."""
        named = {alert.name: alert for alert in config.alerts} if rules is None else rules
        schedule = config.schedule
        return cls(named, config.portal.languages, schedule.zone, schedule.confirm, schedule.grace)

    @property
    def longest_burst(self) -> timedelta:
        """How far back it matters what a person was sent."""
        return max((rule.burst.within for rule in self.rules.values()), default=timedelta())
