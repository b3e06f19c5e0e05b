'use strict';

const Refusal = require('./refusal');
const addResource = require('./add_resource');

/*
 * Makes the CloudWatch dashboard of the stage from `custom.dashboard`, a graph from each row. A row names
 * metrics of our filters (`counted`), of Lambda (`functions`) and of API Gateway (`api`), and what is shown
 * of each, if it is not the sum (`statistics`). CloudFormation makes none unless the parameter `dashboard`
 * is true, and never in the emulator.
 * Source: "Dashboard Body Structure and Syntax", API reference of CloudWatch.
 */
const COLUMNS = 24; // of CloudWatch's grid
const SIZE = { width: 8, height: 6 };

const names = { type: 'array', items: { type: 'string', pattern: '^[0-9A-Za-z]+$' }, minItems: 1 };

const rowsOf = (functions) => ({
  type: 'array',
  minItems: 1,
  items: {
    type: 'object',
    properties: {
      title: { type: 'string', pattern: '^[^$]+$' }, // CloudFormation reads a dollar as its own.
      counted: names,
      functions: {
        type: 'object',
        properties: Object.fromEntries(functions.map((name) => [name, names])),
        additionalProperties: false,
      },
      api: names,
      statistics: names,
    },
    required: ['title'],
    minProperties: 2,
    additionalProperties: false,
  },
});

/** Namespace, name, and the names and values of the dimensions of each metric of a row. */
const metricsOf = ({ counted = [], functions = {}, api = [] }, service, stage) => [
  ...counted.map((name) => [service.custom.functionPrefix, name]),
  ...Object.entries(functions).flatMap(([key, metrics]) => metrics.map(
    (name) => ['AWS/Lambda', name, 'FunctionName', service.getFunction(key).name],
  )),
  ...api.map((name) => [
    'AWS/ApiGateway', name, 'ApiName', service.custom.functionPrefix, 'Stage', stage,
  ]),
];

const graph = ({ title, statistics = ['Sum'] }, metrics, index) => ({
  type: 'metric',
  x: (index * SIZE.width) % COLUMNS,
  y: Math.floor((index * SIZE.width) / COLUMNS) * SIZE.height,
  ...SIZE,
  properties: {
    title,
    region: '${AWS::Region}',
    yAxis: { left: { min: 0 } },
    metrics: metrics.flatMap((metric) => statistics.map((stat) => [
      ...metric, { stat, label: stat === 'Sum' ? metric[1] : `${metric[1]}, ${stat}` },
    ])),
  },
});

const checkCounted = (rows, filters) => {
  const known = Object.values(filters).map(({ metric }) => metric);
  const wrong = rows.flatMap(({ counted = [] }) => counted).find((name) => !known.includes(name));
  if (wrong) {
    throw new Refusal(`custom.dashboard shows ${wrong}, which no row of custom.metricFilters counts`);
  }
};

module.exports = class DashboardPlugin {
  constructor(serverless) {
    const { service, configSchemaHandler } = serverless;

    configSchemaHandler.defineCustomProperties({
      properties: { dashboard: rowsOf(service.getAllFunctions()) },
    });

    this.hooks = {
      initialize: () => {
        const { dashboard, functionPrefix, metricFilters } = service.custom;
        const stage = serverless.getProvider('aws').getStage();
        checkCounted(dashboard, metricFilters);
        const widgets = dashboard.map((row, index) => (
          graph(row, metricsOf(row, service, stage), index)
        ));
        addResource(service, 'StageDashboard', {
          Type: 'AWS::CloudWatch::Dashboard',
          Condition: 'HasDashboard',
          Properties: {
            DashboardName: functionPrefix,
            DashboardBody: { 'Fn::Sub': JSON.stringify({ widgets }) },
          },
        });
      },
    };
  }
};
