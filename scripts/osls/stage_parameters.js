'use strict';

const Refusal = require('./refusal');
const domain = require('./domain');
const mail = require('./mail');
const { isOrigin, isIssuer, isLinkBase } = require('./web_addresses');

/*
 * Refuses a deployment whose parameters the functions would refuse at start, or with which mail
 * would fail without a word. Each sentence names the parameter.
 */
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

const checkIssuers = (text) => {
  const wrong = text.split(',').map((issuer) => issuer.trim()).filter(Boolean)
    .find((issuer) => !isIssuer(issuer));
  if (wrong) {
    throw new Refusal(`otherIssuers are addresses such as https://api.example.org/dev, with the host \
in lower case, without :443 and without a slash at the end; ${wrong} is none`);
  }
};

module.exports = class StageParametersPlugin {
  constructor(serverless) {
    const { service } = serverless;
    this.hooks = {
      initialize: () => {
        const { environment } = service.provider;
        checkOrigins(String(environment.ALLOWED_ORIGINS));
        checkLink(environment.MAIL_LINK_URL);
        checkIssuers(String(environment.OTHER_ISSUERS));
        domain.check(service.custom.domain, serverless.getProvider('aws').getRegion());
        mail.check(service.custom.mail);
        if (!environment.MAIL_SENDER && String(environment.REQUIRE_VERIFIED_EMAIL) === 'true') {
          throw new Refusal('requireVerifiedEmail needs mailSender');
        }
      },
    };
  }
};
