import subprocess
import sys

import pytest
import requests

from integrations.sandbox.process import ROOT, running


def test_the_core_knows_no_django():
    code = "import sys, integrations.sandbox.application, integrations.sandbox.client; print('django' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


def test_a_process_listens_where_it_says_and_ends_with_its_block():
    with running() as client:
        assert client.accounts() == []
        url = client.url
    with pytest.raises(requests.ConnectionError):
        requests.get(url, timeout=2)
