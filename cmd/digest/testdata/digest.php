<?php

// The digest of one of your users, for user.digest on the page.
function digest(string $email): string {
    return hash_hmac('sha256', $email, getenv('MISSIVE_SECRET_ACME'));
}
