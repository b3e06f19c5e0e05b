"""What is handed to AWS: the zips, and the CloudFormation that osls packages."""
