'use strict';

const Refusal = require('./refusal');

/* Refuses a domain that API Gateway or a browser would refuse, or half of what it needs. */
const NAME = /^(?=.{4,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]$/;
const CERTIFICATE = /^arn:[a-z-]+:acm:([a-z0-9-]+):\d{12}:certificate\/[\w-]+$/;

const ZONE = /^Z[A-Z0-9]+$/;

const check = ({ name, certificate, hostedZone, isAlone }, region) => {
  if (!name !== !certificate) {
    throw new Refusal('domainName and certificateArn are given together, or neither of them');
  }
  if (!name) {
    if (hostedZone) throw new Refusal('hostedZoneId needs domainName');
    if (String(isAlone) === 'true') throw new Refusal('disableExecuteApi needs domainName, or nothing would answer');
    return;
  }
  if (!NAME.test(name)) {
    throw new Refusal(`domainName is a name such as sessions.example.org, in lower case, without \
https:// and path; ${name} is none`);
  }
  if (hostedZone && !ZONE.test(hostedZone)) {
    throw new Refusal(`hostedZoneId is an id such as Z0123456789ABC; ${hostedZone} is none`);
  }
  const found = CERTIFICATE.exec(certificate)?.[1];
  if (!found) {
    throw new Refusal(`certificateArn is the ARN of a certificate of AWS Certificate Manager; \
${certificate} is none`);
  }
  if (found !== region) {
    throw new Refusal(`certificateArn is of ${found}, and must be of ${region}, where the stage is`);
  }
};

module.exports = { check };
