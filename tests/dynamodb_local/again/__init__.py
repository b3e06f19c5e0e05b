"""The tests of stores, rules and handlers and the model's traces, once more on DynamoDB Local."""
