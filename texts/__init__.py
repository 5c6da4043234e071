"""Words. `render` puts meaning into a language; `understand` finds the meaning of typed words."""

from texts.catalogue import LANGUAGES, Catalogue, Catalogues, load
from texts.render import render, shown
from texts.understand import understand

__all__ = ["LANGUAGES", "Catalogue", "Catalogues", "load", "render", "shown", "understand"]
