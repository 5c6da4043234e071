"""The words of the trade: what a report, a person, a message and an alert are. Imports nothing of ours."""
