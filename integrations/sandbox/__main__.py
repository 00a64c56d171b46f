"""`python -m integrations.sandbox --port N`: the sandbox as a process of its own, on loopback.

Prints its base URL in one line once it listens. Port 0 takes a free one.
"""

import argparse

from daphne.server import Server

from integrations.sandbox.application import Sandbox


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m integrations.sandbox", description=__doc__)
    parser.add_argument("--port", type=int, default=8900)
    port = parser.parse_args().port

    def announce() -> None:
        print(f"http://127.0.0.1:{server.listening_addresses[0][1]}/sandbox", flush=True)  # noqa: T201 - its answer

    server = Server(Sandbox(), endpoints=[f"tcp:{port}:interface=127.0.0.1"], ready_callable=announce, verbosity=0)
    server.run()


if __name__ == "__main__":
    main()
