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

/**
 * Refuse what would let a stage send as anybody, and what would make every mail fail after the route
 * has answered that it will be sent.
 */
const check = ({
  mailSender, mailIdentity, mailConfigurationSet, mailSandboxRecipients, mailResource, requireVerifiedEmail,
  target,
}) => {
  // SES would let such a stage send as every identity of the account.
  if (mailResource && target !== 'host') {
    throw new Refusal('mailResource is only for the emulator, which runs the zips of target host; \
in AWS, mailIdentity says what may be sent as');
  }
  if (!mailSender !== !mailIdentity) {
    throw new Refusal('mailSender and mailIdentity are given together, or neither of them');
  }
  if (!mailSender) {
    if (mailConfigurationSet || mailSandboxRecipients) {
      throw new Refusal('mailConfigurationSet and mailSandboxRecipients need mailSender');
    }
    if (requireVerifiedEmail === 'true') throw new Refusal('requireVerifiedEmail needs mailSender');
    return;
  }
  const address = addressOf(mailSender);
  if (!address) {
    throw new Refusal(`mailSender is an ASCII address or Name <address>; ${mailSender} is neither`);
  }
  if (!IDENTITY.test(mailIdentity)) {
    throw new Refusal(`mailIdentity is an address or a domain; ${mailIdentity} is neither`);
  }
  if (!covers(mailIdentity, address)) {
    throw new Refusal(`mailIdentity is the address of mailSender or its domain; ${mailIdentity} is not`);
  }
  if (mailConfigurationSet && !CONFIGURATION_SET.test(mailConfigurationSet)) {
    throw new Refusal(`mailConfigurationSet is a name; ${mailConfigurationSet} cannot be one`);
  }
  const wrong = listOf(mailSandboxRecipients).find((recipient) => !IDENTITY.test(recipient));
  if (wrong) {
    throw new Refusal(`mailSandboxRecipients are addresses or domains; ${wrong} is neither`);
  }
};

/** What `send` allows: resources and the condition, or nothing on a stage without a sender. */
const grant = ({
  mailSender, mailIdentity, mailConfigurationSet, mailSandboxRecipients, mailResource,
}) => {
  if (!mailSender) return null;
  if (mailResource) return { Resource: mailResource };
  const address = addressOf(mailSender);
  const identities = new Set([mailIdentity, address, ...listOf(mailSandboxRecipients)]);
  const names = [...identities].map((name) => `identity/${name}`);
  if (mailConfigurationSet) names.push(`configuration-set/${mailConfigurationSet}`);
  return {
    Resource: names.map((name) => ({
      'Fn::Sub': `arn:\${AWS::Partition}:ses:\${AWS::Region}:\${AWS::AccountId}:${name}`,
    })),
    Condition: { StringEquals: { 'ses:FromAddress': address } },
  };
};

module.exports = { addressOf, check, grant };
