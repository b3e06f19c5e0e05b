"""The service over DynamoDB Local, AWS's own engine: races, stores, request units."""
