"""The account pages of a stage that requires verified addresses, where people can also sign up by a
passkey, without a password."""

from collections.abc import Iterator

import pytest

from scripts.local.stack import LocalStack
from tests.browser.conftest import PAGES_ID, on_pages
from tests.browser.ways import KINDS, Reports, Way, faults, reports_of, ways_of
from tests.support.local_stage import deployed

WAYS = [*ways_of("check_mail", 0), *ways_of("without_password", 1)]

pytestmark = pytest.mark.xdist_group("pages of verified")


@pytest.fixture(scope="module")
def verified_stack(chromium_path: str, tmp_path_factory: pytest.TempPathFactory
                   ) -> Iterator[LocalStack]:
    """It is deployed only where there is a browser."""
    with deployed(tmp_path_factory.mktemp("emulator"), PAGES_ID,
                  {"requireVerifiedEmail": "true"}) as stack:
        yield stack


@pytest.fixture(scope="module")
def reports(chromium_path: str, origins: tuple[str, str], verified_stack: LocalStack) -> Reports:
    return reports_of(on_pages(chromium_path, origins, verified_stack), WAYS)


@pytest.mark.parametrize("way", WAYS, ids=str)
def test_the_way_leads_to_its_end(reports: Reports, way: Way) -> None:
    assert reports[way]["names"]


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_is_wrong_on_the_way(reports: Reports, kind: str) -> None:
    assert faults(reports, kind) == {}
