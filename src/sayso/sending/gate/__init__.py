"""The SMTP gate: it stands between a mailer and its smart host, and lets through what the answer allows."""
