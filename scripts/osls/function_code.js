'use strict';

const Refusal = require('./refusal');

/*
 * Where a function's code is follows from its name: getUser is `handler` of
 * lambda_functions/get_user.py, packed as getUser.zip in the folder that `custom.zips` names.
 * serverless.yml therefore gives no function a `handler` or a `package`.
 */
const moduleOf = (name) => name.replace(/[A-Z]/g, (capital) => `_${capital.toLowerCase()}`);

module.exports = class FunctionCodePlugin {
  constructor({ service }) {
    this.hooks = {
      initialize: () => {
        for (const [name, settings] of Object.entries(service.functions)) {
          if (settings.handler || settings.package) {
            throw new Refusal(`${name} needs no handler and no package: both follow from its name`);
          }
          settings.handler = `lambda_functions/${moduleOf(name)}.handler`;
          settings.package = { artifact: `${service.custom.zips}/${name}.zip` };
        }
      },
    };
  }
};
