'use strict';

/*
 * osls lets the API's deployment create its stage, which leaves no place for the stage's
 * settings, and it deploys as soon as the methods are there, so that a changed GatewayResponse
 * may miss the deployment. This plugin leaves the stage to the AWS::ApiGateway::Stage of
 * serverless.yml and makes the deployment wait for every GatewayResponse. CloudFormation makes
 * these one after the other, because API Gateway turns away whoever changes many things at once
 * (its control plane's quotas), and that fails the whole deployment.
 */
module.exports = class ApiStagePlugin {
  constructor(serverless) {
    this.hooks = {
      'before:package:finalize': () => {
        const { provider, resources: { Resources: own } } = serverless.service;
        const generated = Object.values(provider.compiledCloudFormationTemplate.Resources);
        const responses = Object.keys(own)
          .filter((name) => own[name].Type === 'AWS::ApiGateway::GatewayResponse');
        responses.slice(1).forEach((name, index) => { own[name].DependsOn = responses[index]; });
        for (const resource of generated) {
          if (resource.Type !== 'AWS::ApiGateway::Deployment') continue;
          delete resource.Properties.StageName;
          resource.DependsOn.push(...responses);
        }
      },
    };
  }
};
