'use strict';

/*
 * osls lets the API's deployment create its stage, which leaves no place for the stage's
 * settings, and it deploys as soon as the methods are there, so that a changed GatewayResponse
 * may miss the deployment. This plugin leaves the stage to the AWS::ApiGateway::Stage of
 * serverless.yml and makes the deployment wait for every GatewayResponse.
 */
module.exports = class ApiStagePlugin {
  constructor(serverless) {
    this.hooks = {
      'before:package:finalize': () => {
        const { provider, resources } = serverless.service;
        const generated = Object.values(provider.compiledCloudFormationTemplate.Resources);
        const own = Object.entries(resources.Resources);
        const responses = own.filter(([, { Type }]) => Type === 'AWS::ApiGateway::GatewayResponse');
        for (const resource of generated) {
          if (resource.Type !== 'AWS::ApiGateway::Deployment') continue;
          delete resource.Properties.StageName;
          resource.DependsOn.push(...responses.map(([logicalId]) => logicalId));
        }
      },
    };
  }
};
