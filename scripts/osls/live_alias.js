'use strict';

const Refusal = require('./refusal');

/*
 * Routes and authorizers call the alias `live` of a function, never its $LATEST, so that
 * changing the code and moving traffic are two steps, and a version can be tried in between
 * (scripts/delivery/deploy.py). CloudFormation makes each alias point at $LATEST and never
 * touches it again: from then on it belongs to the deliveries. osls makes such an alias only
 * together with a version that CloudFormation publishes, which fails once a delivery has
 * published the same code.
 *
 * SnapStart is set here too, because it takes effect on published versions: `custom.snapStart`
 * names the functions that have it, or says none or all.
 */
const ALIAS = 'live';

const withSnapStart = (choice, names) => {
  if (choice === 'none') return [];
  if (choice === 'all') return names;
  const chosen = String(choice).split(/[\s,]+/);
  const unknown = chosen.filter((name) => !names.includes(name));
  if (unknown.length) {
    throw new Refusal(`snapStart is none, all or functions; there is no function ${unknown}`);
  }
  return chosen;
};

module.exports = class LiveAliasPlugin {
  constructor(serverless) {
    const { service } = serverless;
    const naming = () => serverless.getProvider('aws').naming;
    const aliasId = (name) => `${naming().getNormalizedFunctionName(name)}LiveAlias`;

    this.hooks = {
      'before:package:compileFunctions': () => {
        for (const name of service.getAllFunctions()) {
          service.getFunction(name).targetAlias = { name: ALIAS, logicalId: aliasId(name) };
        }
      },
      'after:package:compileFunctions': () => {
        const { Resources } = service.provider.compiledCloudFormationTemplate;
        const snapStarted = withSnapStart(service.custom.snapStart, service.getAllFunctions());
        for (const name of service.getAllFunctions()) {
          const functionId = naming().getLambdaLogicalId(name);
          Resources[aliasId(name)] = {
            Type: 'AWS::Lambda::Alias',
            Properties: {
              FunctionName: { Ref: functionId },
              FunctionVersion: '$LATEST',
              Name: ALIAS,
            },
          };
          if (snapStarted.includes(name)) {
            Resources[functionId].Properties.SnapStart = { ApplyOn: 'PublishedVersions' };
          }
        }
      },
    };
  }
};
