import json
import resource
import sys

from assistants.knowledge.reading.formats import READERS
from assistants.knowledge.reading.limits import CPU_SECONDS, MEMORY_BYTES, Refused


def main(suffix: str) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    try:
        answer = READERS[suffix](sys.stdin.buffer.read())
    except Refused as refused:
        answer = {"error": refused.problem}
    except (MemoryError, RecursionError):
        answer = {"error": {"code": "too_costly"}}
    except Exception:  # noqa: BLE001 - each library has its own exceptions for bytes that are not its format
        answer = {"error": {"code": "broken_file"}}
    json.dump(answer, sys.stdout)


if __name__ == "__main__":
    main(sys.argv[1])
