"""What the description cannot say of the data that is sent."""

from datetime import timedelta, timezone

import schemathesis
from hypothesis import strategies as st


def _offset(minutes: int) -> timezone:
    return timezone(timedelta(minutes=minutes))


# RFC 3339 knows offsets of nearly a day; no clock on earth, nor the library, goes by more than 18 hours.
_times = st.datetimes(timezones=st.integers(-18 * 60, 18 * 60).map(_offset))
schemathesis.openapi.format("date-time", _times.map(lambda at: at.isoformat()))


def _whole(value):
    """Whole numbers without a point: 74 and 74.0 are one number to JSON Schema, and two to the service."""
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return int(value)
    if isinstance(value, list):
        return [_whole(one) for one in value]
    if isinstance(value, dict):
        return {name: _whole(one) for name, one in value.items()}
    return value


@schemathesis.hook
def map_body(context, body):
    return _whole(body)


@schemathesis.hook
def filter_body(context, body):
    """Who asks leniently is not refused for facts that make no sense, so that no refusal can be expected."""
    return not (isinstance(body, dict) and body.get("lenient") is True)
