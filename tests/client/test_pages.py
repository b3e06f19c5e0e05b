"""The pages about the client: their code compiles, and their tables are complete."""

import json
import re
import subprocess
from pathlib import Path

import pytest

from tests.client.compiler import compiled
from tests.docs.pages import error_rows, page, rows, sections
from tests.support.client_package import CLIENT

README = "clients/javascript/README.md"
BLOCKS = {f"{name} {number}": block for name in (README, "docs/stay-signed-in.md")
          for number, block in enumerate(
              re.findall(r"^```ts\n(.*?)^```$", page(name), re.MULTILINE | re.DOTALL), 1)}
# What a block takes from the page around it.
IMPORTS = ('import { ApiError, createClient } from "session-api-client";\nvoid ApiError;\n',
           'import { accountOf } from "session-api-client/account";\n',
           'import { passkeysOf } from "session-api-client/passkeys";\n',
           'import { accountPagesOf } from "session-api-client/account-pages";\n')
CLIENT_OF_THE_PAGE = (
    'const client = createClient({ baseUrl: "https://sessions.example.org", clientId: "web" });\n')
ACCOUNT_OF_THE_PAGE = "const account = accountOf(client);\n"
PASSKEYS_OF_THE_PAGE = "const passkeys = passkeysOf(client);\n"
ASYNC_STORAGE = """declare module "@react-native-async-storage/async-storage" {
  const AsyncStorage: {
    getItem(key: string, callback?: (error?: Error | null, result?: string | null) => void
      ): Promise<string | null>;
    setItem(key: string, value: string, callback?: (error?: Error | null) => void): Promise<void>;
  };
  export default AsyncStorage;
}
"""


def test_the_typescript_of_the_pages_compiles(project: Path) -> None:
    """Each block is a module of its own; no project here has React Native."""
    declared = project / "async-storage.d.ts"
    declared.write_text(ASYNC_STORAGE, encoding="utf-8")
    files = []
    for number, block in enumerate(BLOCKS.values()):
        taken = "" if "createClient(" in block else CLIENT_OF_THE_PAGE
        if "account." in block and "accountOf(" not in block:
            taken += ACCOUNT_OF_THE_PAGE
        if "passkeys." in block and "passkeysOf(" not in block:
            taken += PASSKEYS_OF_THE_PAGE
        files.append(project / f"block{number}.ts")
        files[-1].write_text("".join((*(line for line in IMPORTS if line not in block), taken,
                                      block)), encoding="utf-8")

    assert len(files) > 4
    assert compiled(project, declared, *files) == ""


def test_the_tables_of_methods_are_those_of_all_entry_points(project: Path) -> None:
    done = subprocess.run(
        ["node", "--input-type=module", "--eval",
         "import { createClient } from 'session-api-client';"
         "import { accountOf } from 'session-api-client/account';"
         "import { passkeysOf } from 'session-api-client/passkeys';"
         "import { accountPagesOf } from 'session-api-client/account-pages';"
         "const client = createClient({ baseUrl: 'https://x.example', clientId: 'x' });"
         "const parts = [client, accountOf(client), passkeysOf(client), accountPagesOf(client)];"
         "console.log(JSON.stringify(parts.flatMap(Object.keys)))"],
        cwd=project, capture_output=True, text=True, check=True)

    of_the_page = sections(page(README))
    table = [cells[0].partition("(")[0] for section in ("Methods", "The account", "Passkeys",
                                                        "Sign in through the account pages")
             for cells in rows(of_the_page[section]) if "(" in cells[0]]

    assert table == json.loads(done.stdout)


def test_the_table_of_options_is_that_of_the_client() -> None:
    source = (CLIENT / "src" / "interface.ts").read_text(encoding="utf-8")
    options = source.partition("export interface Options {")[2].partition("\n}")[0]

    table = [cells[0] for cells in rows(sections(page(README))["Methods"]) if len(cells) == 2]

    assert table[2:] == re.findall(r"readonly (\w+)\??:", options)


@pytest.mark.parametrize("origin", ["the client", "the API"])
def test_every_error_has_a_row(origin: str) -> None:
    """Also those that only a client and a stage of different versions can meet."""
    ours, theirs = sections(page(README))["Errors"].split("names of the API", 1)
    reference = page("api-reference.md").partition("### Errors\n")[2].partition("\n### ")[0]
    of_the_api = {name for _, name in error_rows(reference)}
    thrown = {name for file in (CLIENT / "src").glob("*.ts")
              for name in re.findall(r'ApiError\("(\w+)"', file.read_text(encoding="utf-8"))}
    # The API's name for what the client finds out in another way, too.
    expected = thrown if origin == "the client" else of_the_api - thrown

    table = [name for cells in rows(ours if origin == "the client" else theirs)
             for name in cells[0].split(", ") if "_" in name or name.islower()]

    assert sorted(table) == sorted(expected)
