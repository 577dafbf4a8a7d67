"""What readings cost: how many are made of one that is planned, and how many requests each takes. Pure."""

from monitor.price import DAY

_PROVES = 10.0
"""Readings that must have been planned, beside those of deadlines, to tell how many are made of one planned."""
_COST = 1.15
"""Requests for one reading, further pages and all, before anything of it is known."""
_COST_OF_DEADLINES_MOST = 1.5
"""The same of those that are read because of `longest`: there is little new where nobody had to look before."""
_DOUBT_COST = 20.0
"""Readings for which that counts."""


class Costs:
    """Learned from the last whole hours; hours are counted from 1970 in UTC."""

    def __init__(self) -> None:
        self.made_of_one = 1.0
        """Readings made of one planned beyond the deadlines."""
        self.cost = _COST
        """Requests for a reading."""
        self.forget()

    def forget(self) -> None:
        """Forgets the hours, because the clock was set; what was learned of them stays."""
        self._forecast: dict[int, float] = {}
        self._readings: dict[int, float] = {}
        self._requests: dict[int, float] = {}

    @property
    def of_deadlines(self) -> float:
        """Requests for a reading that is made because of `longest`."""
        return min(_COST_OF_DEADLINES_MOST, self.cost)

    def planned(self, hour: int, readings: float) -> None:
        """So many readings are planned for this hour."""
        self._forecast[hour] = readings

    def read(self, hour: int) -> None:
        """A reading was made."""
        self._readings[hour] = self._readings.get(hour, 0.0) + 1

    def asked(self, hour: int, requests: int) -> None:
        """So many requests were made for what was planned."""
        self._requests[hour] = self._requests.get(hour, 0.0) + requests

    def learn(self, hour: int, *, fewest: float) -> None:
        """Learns what comes of one planned, by what was planned and made in the last whole hours before this one.

        Of those beyond what deadlines ask for alone, `fewest` in an hour, which come as they are planned.
        """
        self._forecast = {each: count for each, count in self._forecast.items() if hour - DAY <= each < hour}
        self._readings = {each: count for each, count in self._readings.items() if hour - DAY <= each <= hour}
        self._requests = {each: count for each, count in self._requests.items() if hour - DAY <= each <= hour}
        fewest *= len(self._forecast)
        planned = sum(self._forecast.values()) - fewest
        made = sum(self._readings.get(each, 0.0) for each in self._forecast) - fewest
        if len(self._forecast) >= 2 and planned > _PROVES:
            self.made_of_one = min(4.0, max(0.25, made / planned))
        requests = sum(self._requests.values()) + _COST * _DOUBT_COST
        self.cost = max(1.0, requests / (sum(self._readings.values()) + _DOUBT_COST))
