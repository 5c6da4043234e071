"""The command line, run as a module."""

import subprocess
import sys


def test_the_command_line_runs_as_a_module() -> None:
    """`python -m bot.cli` knows every group of commands, as the installed command does."""
    done = subprocess.run([sys.executable, "-m", "bot.cli", "--help"], capture_output=True, text=True, check=True)

    assert "campaigns" in done.stdout
