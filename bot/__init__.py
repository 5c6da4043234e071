"""The outside: LINE, Telegram, the browser playground, HTTP, the command line; and the putting together of it all."""
