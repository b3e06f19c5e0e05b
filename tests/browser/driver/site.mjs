/* The pages: they import the built client, or a copy of it in which one text was replaced. */
import { once } from 'node:events';
import { readFile, readdir } from 'node:fs/promises';
import http from 'node:http';

const CLIENT = new URL('../../../clients/javascript/dist/', import.meta.url);
const PAGE = new URL('page.html', import.meta.url);
const HTML = 'text/html; charset=utf-8';

/** Return the files of the client by their path, in each of the builds. `mutants` says by name what
 *  is replaced: {file, found, replacement}. */
export async function builds(mutants) {
  const names = (await readdir(CLIENT)).filter((name) => name.endsWith('.js'));
  const files = new Map();
  for (const name of names) {
    const text = await readFile(new URL(name, CLIENT), 'utf-8');
    files.set(`/real/${name}`, text);
    for (const [mutant, { file, found, replacement }] of Object.entries(mutants)) {
      files.set(`/${mutant}/${name}`, file === name ? replaced(text, found, replacement, mutant)
                                                    : text);
    }
  }
  return files;
}

function replaced(text, found, replacement, mutant) {
  const parts = text.split(found);
  if (parts.length !== 2) {
    throw new Error(`${mutant}: the client holds ${parts.length - 1} times: ${found}`);
  }
  return parts.join(replacement);
}

/** Serve the builds on this port of 127.0.0.1; return the server. */
export async function serve(files, port) {
  const page = await readFile(PAGE);
  const server = http.createServer((request, response) => {
    const { pathname } = new URL(request.url, 'http://site');
    const script = files.get(pathname);
    if (script !== undefined) {
      response.writeHead(200, { 'content-type': 'text/javascript' }).end(script);
    } else if (pathname.endsWith('/page.html')) {
      response.writeHead(200, { 'content-type': HTML }).end(page);
    } else {
      response.writeHead(pathname === '/elsewhere' ? 200 : 404, { 'content-type': HTML })
        .end('<!doctype html><title>elsewhere</title>');
    }
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return server;
}
