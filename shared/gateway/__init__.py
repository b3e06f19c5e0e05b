"""All that knows HTTP: requests, bodies, answers, the log line of an invocation."""
