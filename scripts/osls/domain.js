'use strict';

const Refusal = require('./refusal');

/* Refuses a domain that API Gateway or a browser would refuse, or half of what it needs. */
const NAME = /^(?=.{4,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]$/;
const CERTIFICATE = /^arn:[a-z-]+:acm:([a-z0-9-]+):\d{12}:certificate\/[\w-]+$/;

const ZONE = /^Z[A-Z0-9]+$/;

const check = ({ domainName, certificateArn, hostedZoneId, disableExecuteApi }, region) => {
  if (!domainName !== !certificateArn) {
    throw new Refusal('domainName and certificateArn are given together, or neither of them');
  }
  if (!domainName) {
    if (hostedZoneId) throw new Refusal('hostedZoneId needs domainName');
    if (disableExecuteApi === 'true') {
      throw new Refusal('disableExecuteApi needs domainName, or nothing would answer');
    }
    return;
  }
  if (!NAME.test(domainName)) {
    throw new Refusal(`domainName is a name such as sessions.example.org, in lower case, without \
https:// and path; ${domainName} is none`);
  }
  if (hostedZoneId && !ZONE.test(hostedZoneId)) {
    throw new Refusal(`hostedZoneId is an id such as Z0123456789ABC; ${hostedZoneId} is none`);
  }
  const found = CERTIFICATE.exec(certificateArn)?.[1];
  if (!found) {
    throw new Refusal(`certificateArn is the ARN of a certificate of AWS Certificate Manager; \
${certificateArn} is none`);
  }
  if (found !== region) {
    throw new Refusal(`certificateArn is of ${found}, and must be of ${region}, where the stage is`);
  }
};

module.exports = { check };
