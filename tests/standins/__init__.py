"""Stand-ins that speak LINE's and Telegram's protocols on a loopback port, and are as strict as they are."""
