"""`python -m engine.cli`: for processes that start themselves again."""

import sys

from engine.cli import main

sys.exit(main())
