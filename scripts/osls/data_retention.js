'use strict';

/*
 * What a stage with `deletionPolicy: Retain` keeps beyond what the resources in serverless.yml say.
 *
 * - Its logs. osls makes the log groups and would have them deleted with the stack.
 * - Its secrets' values and its tables, during updates of the stack, over which deletion policies
 *   have no power: a changed GenerateSecretString makes a new value in place, and a changed key
 *   makes a new, empty table. The stack policy refuses such an update. osls does not take one that
 *   names resources, so that it is set here.
 */
const SECRETS_AND_TABLES = ['AWS::SecretsManager::Secret', 'AWS::DynamoDB::Table'];

const statement = (effect, action, resource) => ({
  Effect: effect, Principal: '*', Action: action, Resource: resource,
});

const stackPolicy = (resources) => {
  const [secrets, tables] = SECRETS_AND_TABLES.map((type) => Object.keys(resources)
    .filter((logicalId) => resources[logicalId].Type === type)
    .map((logicalId) => `LogicalResourceId/${logicalId}`));
  return [
    statement('Deny', 'Update:*', secrets),
    statement('Deny', ['Update:Replace', 'Update:Delete'], tables),
  ];
};

module.exports = class DataRetentionPlugin {
  constructor({ service }) {
    this.hooks = {
      initialize: () => {
        const denied = service.custom.deletionPolicy === 'Retain'
          ? stackPolicy(service.resources.Resources) : [];
        // A policy without an Allow allows nothing; none at all would leave an older one in force.
        service.provider.stackPolicy = [statement('Allow', 'Update:*', '*'), ...denied];
      },
      'before:package:finalize': () => {
        const generated = service.provider.compiledCloudFormationTemplate.Resources;
        const own = service.resources.Resources;
        for (const resource of [...Object.values(generated), ...Object.values(own)]) {
          if (resource.Type !== 'AWS::Logs::LogGroup') continue;
          // A group that a failed first deployment left behind would fail the next one as well.
          resource.DeletionPolicy = service.custom.deletionPolicyUnlessNew;
          resource.UpdateReplacePolicy = service.custom.deletionPolicy;
        }
      },
    };
  }
};
