"""`python -m bot` is the command `rimkhong`."""

from bot.cli import main

main()
