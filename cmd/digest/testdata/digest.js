const { createHmac } = require("node:crypto");

// The digest of one of your users, for user.digest on the page.
function digest(email) {
  return createHmac("sha256", process.env.MISSIVE_SECRET_ACME).update(email).digest("hex");
}
