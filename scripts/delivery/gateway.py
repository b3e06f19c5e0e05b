"""The API of a stage at API Gateway: what it keeps of its authorizers, and its routes."""

from functools import cached_property
from typing import Any

from botocore.exceptions import ClientError

from scripts.delivery import aws
from scripts.serverless_yml import SERVICE


class Gateway:
    """The API that the stack of `stage` contains."""

    def __init__(self, stage: str, region: str) -> None:
        self.stage, self._region = stage, region

    @cached_property
    def client(self) -> Any:
        return aws.client("apigateway", self._region)

    @cached_property
    def api_id(self) -> str:
        found = aws.client("cloudformation", self._region).describe_stack_resource(
            StackName=f"{SERVICE}-{self.stage}", LogicalResourceId="ApiGatewayRestApi")
        return str(found["StackResourceDetail"]["PhysicalResourceId"])

    def forget_callers(self) -> bool:
        """Empty the cache of the authorizers' answers, so that the next request asks them.
        Return False where there is nothing to empty, as in the emulator."""
        try:
            self.client.flush_stage_authorizers_cache(restApiId=self.api_id, stageName=self.stage)
        except self.client.exceptions.NotFoundException:
            return False
        return True

    def routes(self) -> set[str]:
        """Return the routes of the API, such as "GET /user"; none if there is no API yet, or none
        any more after a first deployment that failed. They are not what is deployed, which is a
        snapshot of them."""
        try:
            pages = self.client.get_paginator("get_resources").paginate(restApiId=self.api_id)
            return {f"{method} {resource['path']}" for page in pages for resource in page["items"]
                    for method in resource.get("resourceMethods", {})}
        except ClientError as error:
            # CloudFormation's word for a stack that is not there, and API Gateway's for an API
            # that CloudFormation has deleted, whose id it still knows.
            if error.response["Error"]["Code"] not in ("ValidationError", "NotFoundException"):
                raise
            return set()

    def deploy(self, why: str) -> None:
        """Deploy the API as it is."""
        self.client.create_deployment(restApiId=self.api_id, stageName=self.stage,
                                      description=why)
