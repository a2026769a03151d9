import hashlib
import hmac
import os


def digest(email: str) -> str:
    """The digest of one of your users, for user.digest on the page."""
    key = os.environ["MISSIVE_SECRET_ACME"].encode()
    return hmac.new(key, email.encode(), hashlib.sha256).hexdigest()
