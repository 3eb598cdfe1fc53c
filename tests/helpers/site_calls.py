"""The commands on the pages of the documentation, and which test runs a command of this form."""

CALLS: dict[str, str] = {}
"""By command, in one line and without its comment: the test that runs it, or ``not run: `` and the reason.

The reason stands below the command on the site.
"""
