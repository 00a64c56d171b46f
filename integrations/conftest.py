from integrations.tests.receiver import receiver  # noqa: F401 - a fixture of every test below
