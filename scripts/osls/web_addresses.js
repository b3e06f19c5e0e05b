'use strict';

/* The rules of shared/web_addresses.py, which says why they are. */
const HOST = '(\\[[0-9a-f:.]+\\]|[a-z0-9_-]+(?:\\.[a-z0-9_-]+)*)(?::([1-9][0-9]{0,4}))?';
const ORIGIN = new RegExp(`^([a-z][a-z0-9+.-]*)://${HOST}$`);
const LINK = new RegExp(`^(https?)://${HOST}(?:/[!$-;=@-Z\\[\\]_a-z~]*)?$`, 'i');
const DEFAULT_PORTS = { http: 80, https: 443 };
const LAST_PORT = 65535;
const THIS_MACHINE = ['localhost', '127.0.0.1', '[::1]'];

const isOrigin = (text) => {
  const match = ORIGIN.exec(text);
  const port = Number(match?.[3] ?? 0);
  return match !== null && port <= LAST_PORT && port !== DEFAULT_PORTS[match[1]];
};

const isLinkBase = (text) => {
  const match = LINK.exec(text);
  if (match === null || Number(match[3] ?? 0) > LAST_PORT) return false;
  return match[1].toLowerCase() === 'https' || THIS_MACHINE.includes(match[2].toLowerCase());
};

module.exports = { isOrigin, isLinkBase };
