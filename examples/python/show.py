"""Print what an access token says: python show.py ISSUER CLIENT_ID TOKEN."""

import json
import sys

from access_tokens import AccessTokens, Refused

if len(sys.argv) != 4:
    sys.exit(__doc__)
issuer, client_id, token = sys.argv[1:]
try:
    tokens = AccessTokens(issuer, [client_id], "https://reports.example.org")
    print(json.dumps(tokens.verify("GET", "/", [("Authorization", f"Bearer {token}")]), indent=2))
except Refused as refusal:
    sys.exit(f"Refused: {refusal}")
except Exception as outage:
    sys.exit(f"The keys could not be fetched: {outage}")
