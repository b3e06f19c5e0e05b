'use strict';

/*
 * What is wrong with serverless.yml, in one sentence. osls prints an error of this name without
 * the stack of calls that led to it.
 */
module.exports = class Refusal extends Error {
  constructor(sentence) {
    super(sentence);
    this.name = 'ServerlessError';
  }
};
