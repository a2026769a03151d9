require "openssl"

# The digest of one of your users, for user.digest on the page.
def digest(email)
  OpenSSL::HMAC.hexdigest("SHA256", ENV.fetch("MISSIVE_SECRET_ACME"), email)
end
