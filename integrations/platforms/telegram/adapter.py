from integrations.platforms.base import Account


class Telegram:
    name = "telegram"

    def account_key(self, account: Account) -> str:
        return account.credentials.get("phone_number_id") or account.credentials.get("bot_token", "").partition(":")[0]

    def webhook_key(self, account: Account) -> str:
        return ""
