"""Print what an access token says: python show.py ISSUER CLIENT_ID TOKEN."""

import json
import sys

from access_tokens import AccessTokens

issuer, client_id, token = sys.argv[1:]
print(json.dumps(AccessTokens(issuer, [client_id]).verify(token), indent=2))
