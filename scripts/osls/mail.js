'use strict';

const Refusal = require('./refusal');

/*
 * What a stage that sends mail may do at Amazon SES. SES asks for ses:SendEmail on the identity of
 * the From address, on the configuration set of the mail, and in the sandbox also on the verified
 * identity of the recipient; its condition keys compare the address without the name. Where both an
 * address and its domain are verified, the identity is the address.
 */
const CONFIGURATION_SET = /^[A-Za-z0-9_-]{1,64}$/;
const IDENTITY = /^([^\s@<>,*?]+@)?[A-Za-z0-9.-]+$/;

const addressOf = (sender) => /^(?:[^<>]*<)?([^\s@<>,*?]+@[^\s@<>,*?]+?)>?$/.exec(sender)?.[1];

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
    throw new Refusal(`mailSender is an address or Name <address>; ${sender} is neither`);
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

module.exports = { check, grant };
