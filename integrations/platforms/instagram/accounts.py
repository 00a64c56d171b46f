"""The two ways into Instagram's messages, by the credentials that there are.

Facebook Login: the account is linked to a page, which speaks for it at the Graph API. Instagram Login: the account has
a token, an app secret and a host of its own ("Instagram Platform: Overview").
"""

from integrations.platforms.base import Account
from integrations.platforms.meta.sending import Speaker


def signed_in(account: Account) -> bool:
    """Whether the account signed in itself; a page's token may be there by the environment's default."""
    return bool(account.credentials.get("access_token"))


def speaker(account: Account) -> Speaker:
    credentials = account.credentials
    if signed_in(account):
        own_id = credentials.get("instagram_account_id", "")
        return Speaker(account.instagram_url, own_id, credentials["access_token"], "instagram_account_id")
    id_, token = credentials.get("page_id", ""), credentials.get("page_access_token", "")
    secret = credentials.get("app_secret", "")
    return Speaker(account.graph_url, id_, token, "access_token / page_id + page_access_token", secret)


def secret(account: Account) -> str:
    credentials = account.credentials
    return credentials.get("instagram_app_secret", "") or credentials.get("app_secret", "")
