"""The whole stack over HTTP: an emulator with IAM enforced, deployed from serverless.yml."""
