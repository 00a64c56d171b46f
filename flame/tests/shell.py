import os
import subprocess
import sys
from pathlib import Path

from django.conf import settings

BARE = {"PATH": os.environ["PATH"], "FLAME_ENV_FILE": os.devnull, "PYTHONUNBUFFERED": "1"}


def manage(*arguments: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """`manage.py` in a process of its own, with nothing in its environment but what is given."""
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=settings.BASE_DIR,
        env={**BARE, **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
