"""How the shipped weights are made: run `python -m checks.training` to make them again from the texts here."""
