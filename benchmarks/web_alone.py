"""`python -m benchmarks.web_alone`: the web server without a worker, on SQLite too, and the plain view beside it.

PORT is where it listens; PLAIN_SECRET signs what the plain view takes.
"""

import os

os.environ["DJANGO_SETTINGS_MODULE"] = "benchmarks.plain_settings"

from flame.asgi import application
from flame.serving import WebServer

if __name__ == "__main__":
    server = WebServer(application, "127.0.0.1", int(os.environ["PORT"]))
    server.serve(lambda: print("The web server alone is ready.", flush=True))
