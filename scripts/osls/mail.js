'use strict';

const Refusal = require('./refusal');

/*
 * What a stage that sends mail may do at Amazon SES. SES asks for ses:SendEmail on the identity of
 * the From address, on the configuration set of the mail, and in the sandbox also on the verified
 * identity of the recipient; its condition keys compare the address without the name. Where both an
 * address and its domain are verified, the identity is the address.
 */
const CONFIGURATION_SET = /^[A-Za-z0-9_-]{1,64}$/;

/* The rules of shared/senders.py, which says why they are. */
const ATOM = "[A-Za-z0-9!#%&'+/=^_`|~-]+";
const LABEL = '[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?';
const DOMAIN = `${LABEL}(?:\\.${LABEL})+`;
const ADDRESS = `${ATOM}(?:\\.${ATOM})*@${DOMAIN}`;
const SENDER = new RegExp(`^(?:[^<>\\x00-\\x1f\\x7f-\\x9f]*<(${ADDRESS})>|(${ADDRESS}))$`);
const IDENTITY = new RegExp(`^(?:${ADDRESS}|${DOMAIN})$`);

const addressOf = (sender) => {
  const match = SENDER.exec(sender);
  return match && (match[1] ?? match[2]);
};

const covers = (identity, address) => {
  const [, domain] = address.toLowerCase().split('@');
  return identity === address || `.${domain}`.endsWith(`.${identity.toLowerCase()}`);
};

const listOf = (text) => text.split(',').map((word) => word.trim()).filter(Boolean);

/** Refuse what would make every mail fail, after the route has answered that it will be sent. */
const check = ({ sender, identity, configurationSet, sandboxRecipients, linkUrl }) => {
  if (!sender !== !identity) {
    throw new Refusal('mailSender and mailIdentity are given together, or neither of them');
  }
  if (!sender && (configurationSet || sandboxRecipients)) {
    throw new Refusal('mailConfigurationSet and mailSandboxRecipients need mailSender');
  }
  if (!sender) return;
  const address = addressOf(sender);
  if (!address) {
    throw new Refusal(`mailSender is an ASCII address or Name <address>; ${sender} is neither`);
  }
  if (!IDENTITY.test(identity)) {
    throw new Refusal(`mailIdentity is an address or a domain; ${identity} is neither`);
  }
  if (!covers(identity, address)) {
    throw new Refusal(`mailIdentity is the address of mailSender or its domain; ${identity} is not`);
  }
  if (!linkUrl) throw new Refusal('mailSender needs mailLinkUrl, to which links in mail lead');
  if (configurationSet && !CONFIGURATION_SET.test(configurationSet)) {
    throw new Refusal(`mailConfigurationSet is a name; ${configurationSet} cannot be one`);
  }
  const wrong = listOf(sandboxRecipients).find((recipient) => !IDENTITY.test(recipient));
  if (wrong) {
    throw new Refusal(`mailSandboxRecipients are addresses or domains; ${wrong} is neither`);
  }
};

/** What `send` allows: resources and the condition, or nothing on a stage without a sender. */
const grant = ({ sender, identity, configurationSet, sandboxRecipients, resource }) => {
  if (!sender) return null;
  if (resource) return { Resource: resource };
  const address = addressOf(sender);
  const identities = new Set([identity, address, ...listOf(sandboxRecipients)]);
  const names = [...identities].map((name) => `identity/${name}`);
  if (configurationSet) names.push(`configuration-set/${configurationSet}`);
  return {
    Resource: names.map((name) => ({
      'Fn::Sub': `arn:\${AWS::Partition}:ses:\${AWS::Region}:\${AWS::AccountId}:${name}`,
    })),
    Condition: { StringEquals: { 'ses:FromAddress': address } },
  };
};

module.exports = { addressOf, check, grant };
