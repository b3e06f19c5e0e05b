"""GET or HEAD /account and /account/{file}: the account pages; answers 200 with HTML, or with one
of the files that the HTML names.

/account itself leads to the page `home`, by a 302. A page that is not there is answered 404 with
the same HTML, whose script says so. The language is that of the query's `ui_locales` (OpenID
Connect Core 1.0 section 3.1.2.1), or of the cookie `lang`, or of Accept-Language. It needs nothing.
Errors: 404 not_found.
"""

from shared.errors import NoSuchRoute
from shared.gateway import api_gateway, pages
from shared.gateway.addresses import root_of
from shared.gateway.api_gateway import Reply
from shared.gateway.requests import Request
from shared.wiring.services import Services


def get_page(request: Request, services: Services) -> Reply:
    name = request.path_parameter("file")
    asset = services.account_pages.asset(name)
    if asset is not None:
        return pages.asset(*asset)
    page = services.account_pages.page(name or "home", pages.wanted_languages(request))
    # What a page loads is named relative to its address, which therefore ends in no slash.
    is_folder = not name or request.path.endswith("/")
    if "." in name or is_folder and not page.is_there:
        raise NoSuchRoute
    if is_folder:
        root = root_of(request, services.settings)
        return Reply(302, None, {"Location": f"{root}/account/{name or 'home'}{request.query}"})
    return pages.document(page, services.settings.logo_url)


handler = api_gateway.endpoint(get_page, "account_pages")
