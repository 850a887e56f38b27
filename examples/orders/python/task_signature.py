"""Proves that a request comes from the dispatcher: its age and both of its signatures."""

import base64
import hashlib
import hmac
import re
import time

TOLERANCE_SECONDS = 300
SIGNED_HEADER = re.compile(r"x[^a-z0-9](appengine|cloudtasks)[^a-z0-9]|traceparent$")


def signing_keys(secrets):
    """The keys of one or more secrets, separated by spaces. During a rotation there are two."""
    keys = []
    for secret in secrets.split():
        if not secret.startswith("whsec_"):
            raise ValueError("a signing secret must begin with whsec_")
        keys.append(base64.b64decode(secret.removeprefix("whsec_"), validate=True))
    if not keys:
        raise ValueError("PUSH_SECRET must have at least one signing secret, got none")
    return keys


def is_genuine(keys, method, path, headers, body):
    """Whether a dispatcher with one of the keys sent this request; path includes the query, and body is bytes."""
    webhook_id = headers.get("webhook-id", "")
    timestamp = headers.get("webhook-timestamp", "")
    if not re.fullmatch("[0-9]{1,12}", timestamp) or abs(time.time() - int(timestamp)) > TOLERANCE_SECONDS:
        return False
    content = f"{webhook_id}.{timestamp}.".encode("latin-1") + body
    lines = ["taskqueue v1", method, path, webhook_id, timestamp, hashlib.sha256(body).hexdigest()]
    request = "\n".join(lines + signed_headers(headers)).encode("latin-1")
    return is_signed(keys, content, headers.get("webhook-signature", "")) and is_signed(
        keys, request, headers.get("taskqueue-signature", "")
    )


def signed_headers(headers):
    """The task's headers in the order of their names. Whatever could be taken for one of them is among them."""
    named = [(name.lower(), value.strip(" \t")) for name, value in headers.items()]
    return [f"{name}:{value}" for name, value in sorted(named) if value and SIGNED_HEADER.match(name)]


def is_signed(keys, text, signatures):
    """Whether one of the signatures, separated by spaces, was made with one of the keys."""
    expected = ["v1," + base64.b64encode(hmac.digest(key, text, "sha256")).decode() for key in keys]
    given = [signature.encode("latin-1") for signature in signatures.split(" ")]
    return any(hmac.compare_digest(one, other.encode()) for one in given for other in expected)
