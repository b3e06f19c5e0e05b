'use strict';

/* The rules of shared/web_addresses.py, which says why they are. */
const HOST = '(\\[[0-9a-f:.]+\\]|[a-z0-9_-]+(?:\\.[a-z0-9_-]+)*)(?::([1-9][0-9]{0,4}))?';
const ORIGIN = new RegExp(`^([a-z][a-z0-9+.-]*)://${HOST}$`);
const PATH = /^[!$-;=@-Z[\]_a-z~]*$/;
const FILE = /^(?:\/(?:[A-Za-z0-9._~!$&()*+=:@-]|%[0-9A-Fa-f]{2})+)+$/;
const LINK = new RegExp(`^(https?)://${HOST}$`, 'i');
const DEFAULT_PORTS = { http: 80, https: 443 };
const LAST_PORT = 65535;
const THIS_MACHINE = ['localhost', '127.0.0.1', '[::1]'];

const isOrigin = (text) => {
  const match = ORIGIN.exec(text);
  const port = Number(match?.[3] ?? 0);
  return match !== null && port <= LAST_PORT && port !== DEFAULT_PORTS[match[1]];
};

/** What may be an origin, and what follows the slash after it. */
const split = (text) => /^([^/]*:\/\/[^/]*)(?:\/([^]*))?$/.exec(text)?.slice(1) ?? [text];

const isIssuer = (text) => {
  const [origin, path = ''] = split(text);
  return origin.startsWith('https:') && isOrigin(origin) && PATH.test(path) && !text.endsWith('/');
};

const isLinkBase = (text) => {
  const [origin, path = ''] = split(text);
  const match = LINK.exec(origin);
  if (match === null || Number(match[3] ?? 0) > LAST_PORT || !PATH.test(path)) return false;
  return match[1].toLowerCase() === 'https' || THIS_MACHINE.includes(match[2].toLowerCase());
};

/* Lambda takes 4 KB of environment. */
const LONGEST_LOGO = 512;

const isLogo = (text) => {
  const [origin, path = ''] = split(text);
  return text.length <= LONGEST_LOGO && origin.startsWith('https:') && isOrigin(origin)
    && FILE.test(`/${path}`);
};

/* The rule of shared/settings.py. */
const NAME = /^[^:\x00-\x1f\x7f-\x9f]{1,64}$/u;

const isName = (text) => NAME.test(text.trim());

/* The rules of shared/factors/relying_party.py. */
const LABEL = '[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?';
const RP_ID = new RegExp(`^(?:${LABEL}\\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?$`);
const ANDROID_APP = /^android:apk-key-hash:[A-Za-z0-9_-]{43}$/;

const isRpId = (text, isLocal) => RP_ID.test(text) || (isLocal && text === 'localhost');

const isPasskeyOrigin = (text, rpId, isLocal) => {
  if (ANDROID_APP.test(text)) return true;
  const origin = isLocal ? text.replace(/:\*$/, '') : text;
  const [, scheme, host, port] = ORIGIN.exec(origin) ?? [];
  if (!isOrigin(origin) || (origin !== text && port)) return false;
  if (host !== rpId && !host.endsWith(`.${rpId}`)) return false;
  return scheme === 'https' || (isLocal && scheme === 'http' && host === 'localhost');
};

module.exports = { isOrigin, isIssuer, isLinkBase, isLogo, isName, isRpId, isPasskeyOrigin };
