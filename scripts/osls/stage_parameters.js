'use strict';

const Refusal = require('./refusal');
const domain = require('./domain');
const mail = require('./mail');
const {
  isOrigin, isIssuer, isLinkBase, isLogo, isName, isRpId, isPasskeyOrigin,
} = require('./web_addresses');

/*
 * Refuses a deployment whose parameters CloudFormation would refuse later, or the functions at their
 * start, or with which mail would fail without a word. Each sentence names the parameter.
 */
const LIST = 'apiTags';
const SWITCHES = [
  'accessLog', 'dashboard', 'deletionProtection', 'disableExecuteApi', 'requireSecondFactor',
  'requireVerifiedEmail',
];

/** No section may give a list, or nothing by default, where every reader expects one value. */
const checkTypes = (sections) => {
  for (const [section, parameters] of Object.entries(sections)) {
    for (const [name, value] of Object.entries(parameters ?? {})) {
      // Null under a stage means the default.
      if (typeof value !== 'object' || name === LIST) continue;
      if (value === null && section !== 'default') continue;
      throw new Refusal(`${name} is one value, not ${JSON.stringify(value)}; several are written as one \
text, with commas`);
    }
  }
};

const checkSwitches = (given) => {
  const wrong = SWITCHES.find((name) => !['true', 'false'].includes(given[name]));
  if (wrong) throw new Refusal(`${wrong} is true or false; ${given[wrong]} is neither`);
  if (!['none', 'hibp'].includes(given.breachedPasswords)) {
    throw new Refusal(`breachedPasswords is none or hibp; ${given.breachedPasswords} is neither`);
  }
};

const checkLocalAddress = ({ localAddress, target }) => {
  if (localAddress && target !== 'host') {
    throw new Refusal('localAddress is only for the emulator, which runs the zips of target host; \
in AWS, API Gateway or domainName gives the address');
  }
};

/** YAML and the command line give texts, truths and numbers; each reader gets the type it takes. */
const place = ({ provider, resources }, given) => {
  const { Parameters, Resources, extensions } = resources;
  const set = (all, key, value) => {
    for (const { Properties = {} } of Object.values(all)) if (key in Properties) Properties[key] = value;
  };
  for (const parameter of Object.values(Parameters)) parameter.Default = String(parameter.Default);
  set(Resources, 'DeletionProtectionEnabled', given.deletionProtection === 'true');
  set(extensions, 'DisableExecuteApiEndpoint', given.disableExecuteApi === 'true');
  provider.environment.REQUIRE_SECOND_FACTOR = given.requireSecondFactor;
  provider.environment.REQUIRE_VERIFIED_EMAIL = given.requireVerifiedEmail;
};

const checkOrigins = (text) => {
  const origins = text.split(',').map((origin) => origin.trim()).filter(Boolean);
  if (origins.length === 1 && origins[0] === '*') return;
  const wrong = origins.find((origin) => !isOrigin(origin));
  if (wrong !== undefined) {
    throw new Refusal(`allowedOrigins is * alone, or origins as browsers send them, such as \
https://app.example.org; ${wrong} is none`);
  }
};

const checkLink = (url) => {
  if (url && !isLinkBase(url)) {
    throw new Refusal(`mailLinkUrl is https, or http on this machine, without a query or \
fragment; ${url} is not`);
  }
};

const checkLook = ({ displayName, logoUrl }) => {
  if (!isName(displayName)) {
    throw new Refusal(`displayName has 1 to 64 characters, without colons and line breaks; \
${displayName} has not`);
  }
  if (logoUrl && !isLogo(logoUrl)) {
    throw new Refusal(`logoUrl is the https address of a file, without a query or fragment; \
${logoUrl} is not`);
  }
};

const checkIssuers = (text) => {
  const wrong = text.split(',').map((issuer) => issuer.trim()).filter(Boolean)
    .find((issuer) => !isIssuer(issuer));
  if (wrong) {
    throw new Refusal(`otherIssuers are addresses such as https://api.example.org/dev, with the host \
in lower case, without :443 and without a slash at the end; ${wrong} is none`);
  }
};

const checkPasskeys = ({ passkeyRpId, passkeyOrigins, stage }) => {
  const isLocal = stage === 'local';
  const origins = passkeyOrigins.split(',').map((origin) => origin.trim()).filter(Boolean);
  if (Boolean(passkeyRpId) !== origins.length > 0) {
    throw new Refusal('passkeyRpId and passkeyOrigins need each other');
  }
  if (!passkeyRpId) return;
  if (!isRpId(passkeyRpId, isLocal)) {
    throw new Refusal(`passkeyRpId is a domain in lower case, such as example.org; ${passkeyRpId} \
is none`);
  }
  const wrong = origins.find((origin) => !isPasskeyOrigin(origin, passkeyRpId, isLocal));
  if (wrong) {
    throw new Refusal(`passkeyOrigins are https origins of passkeyRpId or below it, in lower case, \
without :443 and without a slash at the end, or android:apk-key-hash: and 43 characters; ${wrong} \
is none`);
  }
};

module.exports = class StageParametersPlugin {
  constructor(serverless) {
    const { service } = serverless;
    // osls checks the environment of the functions against its schema before `initialize`.
    this.asyncInit = async () => checkTypes(serverless.configurationInput.params);
    this.hooks = {
      initialize: () => {
        const given = Object.fromEntries(Object.entries(service.custom.parameters)
          .map(([name, value]) => [name, String(value)]));
        service.custom.parameters = given;
        checkSwitches(given);
        checkOrigins(given.allowedOrigins);
        checkLink(given.mailLinkUrl);
        checkLook(given);
        checkIssuers(given.otherIssuers);
        checkPasskeys(given);
        checkLocalAddress(given);
        domain.check(given, serverless.getProvider('aws').getRegion());
        mail.check(given);
        place(service, given);
      },
    };
  }
};
