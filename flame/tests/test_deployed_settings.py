"""What a deployment runs with where the suite runs with something quicker or more generous."""

from flame import settings


def test_passwords_are_kept_by_bcrypt():
    assert settings.PASSWORD_HASHERS == ["django.contrib.auth.hashers.BCryptSHA256PasswordHasher"]


def test_the_limits_are_the_mission_s():
    assert settings.RATE_LIMIT_ANONYMOUS == 100
    assert settings.RATE_LIMIT_USER == 1000
    assert settings.RATE_LIMIT_WINDOW_SECONDS == 15 * 60
    assert settings.RATE_LIMIT_GUESSES == 5
    assert settings.TRUSTED_PROXIES == 0
    assert settings.RATE_LIMIT_STRICT is False
