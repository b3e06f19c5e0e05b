'use strict';

const Refusal = require('./refusal');
const addResource = require('./add_resource');

/*
 * Lets APIs of other stacks ask the function `authorizer` who calls. `authorizerForApis` names accounts,
 * all of whose APIs may, and single APIs. Each gets a permission on the alias that has the traffic,
 * and only as an authorizer, never as the function of a route. API Gateway says which authorizer asks,
 * and its ARN contains the account: what is permitted here is never permitted to anybody else.
 */
const ALIAS = 'AuthorizerLiveAlias';
const ACCOUNT = /^\d{12}$/;
const API = /^arn:aws[a-z-]*:execute-api:([a-z0-9-]+):(\d{12}):([a-z0-9]+)$/;

/** The name of the resource that permits it, and the ARNs of its authorizers. */
const grant = (asker) => {
  if (ACCOUNT.test(asker)) {
    const authorizers = `arn:\${AWS::Partition}:execute-api:*:${asker}:*/authorizers/*`;
    return [`AuthorizerForAccount${asker}`, { 'Fn::Sub': authorizers }];
  }
  const parts = API.exec(asker)?.slice(1);
  if (!parts) {
    throw new Refusal(`authorizerForApis are ids of accounts, such as 123456789012, or ARNs of APIs, \
such as arn:aws:execute-api:us-west-2:123456789012:a1b2c3d4e5; ${asker} is neither`);
  }
  const [region, account, api] = parts;
  return [`AuthorizerForApi${region.replace(/-/g, '')}${account}${api}`, `${asker}/authorizers/*`];
};

module.exports = class OtherApisPlugin {
  constructor({ service }) {
    this.hooks = {
      initialize: () => {
        const listed = String(service.custom.authorizerForApis).split(',')
          .map((asker) => asker.trim()).filter(Boolean);
        for (const [logicalId, authorizers] of [...new Set(listed)].map(grant)) {
          addResource(service, logicalId, {
            Type: 'AWS::Lambda::Permission',
            Properties: {
              FunctionName: { Ref: ALIAS },
              Action: 'lambda:InvokeFunction',
              Principal: 'apigateway.amazonaws.com',
              SourceArn: authorizers,
            },
          });
        }
      },
    };
  }
};
