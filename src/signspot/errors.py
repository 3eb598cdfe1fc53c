"""Errors meant for the person at the keyboard."""


class SignspotError(Exception):
    """Something the user can mend: the message names the file, row or key, what was expected, and what to do."""


class InputError(SignspotError):
    """A user's file, table or setting is missing, unreadable or wrong."""
