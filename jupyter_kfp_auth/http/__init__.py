"""One authenticated session to one host: deadline, size limit, no redirects, redaction, errors."""
