'use strict';

const Refusal = require('./refusal');

/* Adds a resource to those of serverless.yml; one of that name may not be there already. */
module.exports = ({ resources }, logicalId, resource) => {
  if (Object.hasOwn(resources.Resources, logicalId)) {
    throw new Refusal(`${logicalId} is made from a table of serverless.yml, and is there already`);
  }
  resources.Resources[logicalId] = resource;
};
