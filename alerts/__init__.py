"""Telling people: schedules, audiences, pace, cost, and getting every message there once."""
