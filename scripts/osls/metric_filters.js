'use strict';

const addResource = require('./add_resource');

/*
 * Makes a filter from each row of `custom.metricFilters`, SignUpFilter from SignUp: it counts the
 * lines with `event`, of which a `*` stands for any ending, or with what became of a `notice`, in the log of the function `log`. Several
 * rows may count in one metric.
 */
const rowsOf = (functions) => ({
  type: 'object',
  additionalProperties: {
    type: 'object',
    properties: {
      log: { enum: functions },
      event: { type: 'string', pattern: '^[a-z_]+\\*?$' },
      notice: { enum: ['lost'] },
      metric: { type: 'string' },
    },
    required: ['log', 'metric'],
    minProperties: 3,
    maxProperties: 3,
    additionalProperties: false,
  },
});

const patternOf = ({ event, notice }) => (
  event ? `{ $.event = "${event}" }` : `{ $.notice = "${notice}" }`
);

const filter = (logGroup, pattern, namespace, metric) => ({
  Type: 'AWS::Logs::MetricFilter',
  Properties: {
    LogGroupName: { Ref: logGroup },
    FilterPattern: pattern,
    MetricTransformations: [
      { MetricNamespace: namespace, MetricName: metric, MetricValue: '1' },
    ],
  },
});

module.exports = class MetricFiltersPlugin {
  constructor(serverless) {
    const { service, configSchemaHandler } = serverless;
    const logGroup = (name) => serverless.getProvider('aws').naming.getLogGroupLogicalId(name);

    configSchemaHandler.defineCustomProperties({
      properties: { metricFilters: rowsOf(service.getAllFunctions()) },
    });

    this.hooks = {
      initialize: () => {
        const { functionPrefix, metricFilters } = service.custom;
        for (const [name, row] of Object.entries(metricFilters)) {
          addResource(service, `${name}Filter`, filter(
            logGroup(row.log), patternOf(row), functionPrefix, row.metric,
          ));
        }
      },
    };
  }
};
