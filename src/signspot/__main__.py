"""``python -m signspot COMMAND …`` is ``signspot COMMAND …``."""

import sys

from signspot.cli import main

if __name__ == "__main__":
    sys.exit(main())
