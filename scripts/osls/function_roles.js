'use strict';

const Refusal = require('./refusal');
const addResource = require('./add_resource');
const mail = require('./mail');

/*
 * Makes the role of each function from its row in `custom.permissions`. The function may write to
 * its own log group and do what its row grants, and nothing else. (Lambda may also make the network
 * interfaces of a VPC with the role, and the function itself may not.) A row names tables and secrets
 * of serverless.yml (`users` is UsersTable, `pepperSecret` is PepperSecret), `mail` (scripts/osls/
 * mail.js says which), or `mailFunction`, and for each of them one or several of these words. A row may be empty, but every
 * function has one.
 */
const TABLE = {
  read: 'dynamodb:GetItem',
  write: 'dynamodb:PutItem',
  update: 'dynamodb:UpdateItem',
  delete: 'dynamodb:DeleteItem',
  writeMany: 'dynamodb:BatchWriteItem',
  list: 'dynamodb:Query',
};
const SECRET = { read: 'secretsmanager:GetSecretValue' };
const MAIL = { send: 'ses:SendEmail' };
const FUNCTION = { invoke: 'lambda:InvokeFunction' };

const ROWS = {
  type: 'object',
  additionalProperties: {
    type: 'object',
    additionalProperties: {
      anyOf: [
        { type: 'string' },
        { type: 'array', items: { type: 'string' }, minItems: 1, uniqueItems: true },
      ],
    },
  },
};

const ASSUMED_BY_LAMBDA = {
  Version: '2012-10-17',
  Statement: [
    { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' },
  ],
};
const NETWORK_INTERFACES = [
  'ec2:CreateNetworkInterface', 'ec2:DescribeNetworkInterfaces', 'ec2:DescribeSubnets',
  'ec2:DeleteNetworkInterface', 'ec2:AssignPrivateIpAddresses', 'ec2:UnassignPrivateIpAddresses',
];

const attribute = (logicalId, name) => ({ 'Fn::GetAtt': [logicalId, name] });
const allow = (Action, Resource) => ({ Effect: 'Allow', Action, Resource });
const on = (Resource) => ({ Resource });
const ownFunctions = (prefix) => ({
  'Fn::Sub': `arn:\${AWS::Partition}:lambda:\${AWS::Region}:\${AWS::AccountId}:function:${prefix}-*`,
});

/*
 * What Lambda does for a function in a VPC, with the function's role; the second statement keeps
 * the function's own code from doing it. EC2 knows no narrower resource. A function that is in no
 * VPC has this too: Lambda deletes the interfaces with the role after the function has left, and
 * an older version that is kept for a rollback is still inside.
 */
const network = (prefix) => [
  allow(NETWORK_INTERFACES, '*'),
  {
    Effect: 'Deny',
    Action: NETWORK_INTERFACES,
    Resource: '*',
    Condition: { ArnLike: { 'lambda:SourceFunctionArn': ownFunctions(prefix) } },
  },
];
const uncapitalised = (word) => word[0].toLowerCase() + word.slice(1);

/** All that a row can name, each as a pair: the actions by their words, and on what. */
const grantable = ({ custom, resources }) => {
  const known = new Map();
  const add = (word, actions, where) => {
    if (known.has(word)) throw new Refusal(`${word} could mean two things in custom.permissions`);
    known.set(word, [actions, where]);
  };
  for (const [id, { Type }] of Object.entries(resources.Resources)) {
    if (Type === 'AWS::DynamoDB::Table') {
      add(uncapitalised(id.replace(/Table$/, '')), TABLE, on(attribute(id, 'Arn')));
    } else if (Type === 'AWS::SecretsManager::Secret') {
      add(uncapitalised(id), SECRET, on(attribute(id, 'Id')));
    }
  }
  add('mail', MAIL, mail.grant(custom.parameters));
  add('mailFunction', FUNCTION, on(custom.mailFunctionArn));
  return known;
};

const requireOneRowEach = (functions, rows) => {
  const without = functions.find((name) => !rows[name]);
  if (without) {
    throw new Refusal(`the function ${without} has no row in custom.permissions; it may be {}`);
  }
  const stray = Object.keys(rows).find((name) => !functions.includes(name));
  if (stray) throw new Refusal(`custom.permissions has a row for ${stray}, which is no function`);
};

const statements = (known, name, [granted, words]) => {
  if (!known.has(granted)) {
    const all = [...known.keys()].join(', ');
    throw new Refusal(`custom.permissions of ${name}: ${granted} is none of ${all}`);
  }
  const [actions, where] = known.get(granted);
  const action = (word) => {
    if (Object.hasOwn(actions, word)) return actions[word];
    const all = Object.keys(actions).join(', ');
    throw new Refusal(`custom.permissions of ${name}: ${granted} allows ${all}, but not ${word}`);
  };
  const Action = Array.isArray(words) ? words.map(action) : action(words);
  return where === null ? [] : [{ Effect: 'Allow', Action, ...where }];
};

const role = (name, allowed) => ({
  Type: 'AWS::IAM::Role',
  Properties: {
    AssumeRolePolicyDocument: ASSUMED_BY_LAMBDA,
    Policies: [
      { PolicyName: name, PolicyDocument: { Version: '2012-10-17', Statement: allowed } },
    ],
  },
});

module.exports = class FunctionRolesPlugin {
  constructor(serverless) {
    const { service, configSchemaHandler } = serverless;
    configSchemaHandler.defineCustomProperties({ properties: { permissions: ROWS } });
    const naming = () => serverless.getProvider('aws').naming;

    const makeRole = (known, name, settings) => {
      if (settings.role) throw new Refusal(`${name} needs no role: custom.permissions makes it`);
      const logGroup = attribute(naming().getLogGroupLogicalId(name), 'Arn');
      const grants = Object.entries(service.custom.permissions[name]);
      settings.role = `${naming().getNormalizedFunctionName(name)}Role`;
      addResource(service, settings.role, role(name, [
        allow(['logs:CreateLogStream', 'logs:PutLogEvents'], logGroup),
        ...grants.flatMap((grant) => statements(known, name, grant)),
        ...network(service.custom.functionPrefix),
      ]));
    };

    this.hooks = {
      initialize: () => {
        requireOneRowEach(service.getAllFunctions(), service.custom.permissions);
        const known = grantable(service);
        for (const [name, settings] of Object.entries(service.functions)) {
          makeRole(known, name, settings);
        }
      },
    };
  }
};
