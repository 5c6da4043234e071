"""Pins on the map: the border districts, and the one nearest to a pin."""

import csv
import math
from dataclasses import dataclass
from functools import cache
from typing import Final

from texts.places import DATA, Place, place, within

REACH_KM: Final = 60.0  # a pin further than this from every border district's centre is somewhere else


@dataclass(frozen=True, slots=True)
class BorderDistrict:
    """A district at the border: what it borders ("LA", "KH", "LA+KH", "MM") and its centre, good to a few km."""

    code: str
    th: str
    en: str
    borders: str
    lat: float
    lon: float


@cache
def border_districts() -> tuple[BorderDistrict, ...]:
    """The 69 districts that touch Laos or Cambodia, and Mae Sai; see data/places/README.md for what that means."""
    with (DATA / "border_districts.csv").open(encoding="utf-8", newline="") as rows:
        return tuple(
            BorderDistrict(row["code"], row["th"], row["en"], row["borders"], float(row["lat"]), float(row["lon"]))
            for row in csv.DictReader(rows)
        )


def inside_thailand(lat: float, lon: float) -> bool:
    """Whether a pin is in the rough rectangle around Thailand (WGS 84 degrees); false for what is no place at all."""
    return 5.5 <= lat <= 20.6 and 97.2 <= lon <= 105.8


def nearest(lat: float, lon: float, served: tuple[str, ...] = ()) -> Place | None:
    """
    The border district whose centre is nearest to a pin, None beyond 60 km ("elsewhere", or at sea).

    Centres are rough, so a served district wins over one that is less than 10 km nearer. A guess to be confirmed by
    the person, not a boundary test.
    """
    if not inside_thailand(lat, lon):
        return None
    away = {each.code: _km(lat, lon, each) for each in border_districts()}
    near = [code for code, km in away.items() if km <= REACH_KM]
    ours = {code for code in near if any(within(code, area) or within(area, code) for area in served)}
    return place(min(near, key=lambda code: away[code] - 10 * (code in ours))) if near else None


def _km(lat: float, lon: float, to: BorderDistrict) -> float:
    """Great-circle distance by the haversine formula, on a sphere of 6,371 km."""
    here, there, turn = math.radians(lat), math.radians(to.lat), math.radians(to.lon - lon)
    half = math.sin((there - here) / 2) ** 2 + math.cos(here) * math.cos(there) * math.sin(turn / 2) ** 2
    return 2 * 6371.0 * math.asin(math.sqrt(half))
