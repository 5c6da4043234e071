"""The shipped weights come from the texts and the code beside them, and from nothing else."""

import os
import subprocess
import sys

from checks.training.messages import made_of
from checks.wording import model

LEARN = """
from hashlib import sha256
from checks.training.messages import learned
from checks.training.texts import examples, needing
print(sha256(learned(examples(1)[::60], needing(1)[::30])).hexdigest())
"""


def test_shipped_is_made_of_these() -> None:
    """Whoever changes a training text or how it is learned, trains again: `python -m checks.training`."""
    assert made_of() == model().made_of


def test_training_is_repeatable() -> None:
    """The same texts give the same bytes, in whatever order Python happens to keep its sets."""
    made = {
        subprocess.run(
            [sys.executable, "-c", LEARN], env=os.environ | {"PYTHONHASHSEED": seed}, capture_output=True, check=True
        ).stdout
        for seed in ("1", "2")
    }

    assert 1 == len(made)
