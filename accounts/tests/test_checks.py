import pytest

from accounts.checks import counts_are_shared, mail_reaches_people


@pytest.mark.parametrize(("check", "setting"), [(mail_reaches_people, "EMAIL_HOST"), (counts_are_shared, "REDIS_URL")])
def test_production_is_told_what_it_lacks(settings, check, setting):
    setattr(settings, setting, "")
    settings.PRODUCTION = False
    assert check() == []
    settings.PRODUCTION = True
    (warning,) = check()
    assert setting.split("_")[0] in warning.hint.replace("SMTP_HOST", "EMAIL")
    setattr(settings, setting, "x")
    assert check() == []
