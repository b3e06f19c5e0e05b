'use strict';

const Refusal = require('./refusal');
const addResource = require('./add_resource');

/*
 * Lets APIs of other stacks ask the function `authorizer` who calls. `authorizerForApis` names accounts,
 * all of whose APIs in the region of the stage may, and single APIs of any region. Each gets a permission
 * on the alias that has the traffic. API Gateway says which authorizer asks, and its ARN contains the
 * account: what is permitted here is never permitted to anybody else. A star matches slashes too, so that
 * an account that is named could also make the function answer a route; it would learn no more by that.
 */
const ALIAS = 'AuthorizerLiveAlias';
const ACCOUNT = /^\d{12}$/;
// The region as Lambda wants it in the SourceArn of a permission, which takes no pattern there.
const API = /^arn:aws[a-z-]*:execute-api:((?:eusc-)?[a-z]{2}(?:-gov|-iso[a-z]?)?-[a-z]+-\d):(\d{12}):([a-z0-9]+)$/;
// The policy of a function is of at most 20 KB, and a permission takes up to 450 bytes of it.
const MOST = 40;

/** The name of the resource that permits it, and the ARNs of its authorizers. */
const grant = (asker) => {
  if (ACCOUNT.test(asker)) {
    const authorizers = `arn:\${AWS::Partition}:execute-api:\${AWS::Region}:${asker}:*/authorizers/*`;
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

/** The accounts and APIs that are named, each once. */
const askers = (listed) => {
  const named = new Set(String(listed).split(',').map((asker) => asker.trim()).filter(Boolean));
  if (named.size > MOST) {
    throw new Refusal(`authorizerForApis names ${named.size} accounts and APIs; the policy of a function \
has room for ${MOST}. Name an account instead of its APIs`);
  }
  return [...named];
};

module.exports = class OtherApisPlugin {
  constructor({ service }) {
    this.hooks = {
      initialize: () => {
        for (const [logicalId, authorizers] of askers(service.custom.authorizerForApis).map(grant)) {
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
