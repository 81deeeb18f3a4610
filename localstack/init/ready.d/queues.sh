#!/bin/sh
# The mesh's queues, by the names in QUEUES, each with its dead letters. LocalStack runs this at every start; running it on
# queues that exist changes nothing. curl, because every call of the AWS CLI takes about two seconds to load.
set -eu

sqs() {
  curl -sS --fail-with-body --user test:test --aws-sigv4 "aws:amz:$AWS_DEFAULT_REGION:sqs" \
    -H "X-Amz-Target: AmazonSQS.$1" -H 'Content-Type: application/x-amz-json-1.0' -d "$2" http://127.0.0.1:4566/
}

for name in $QUEUES; do
  sqs CreateQueue "{ \"QueueName\": \"$name-dlq\" }"
  policy="{\\\"deadLetterTargetArn\\\":\\\"arn:aws:sqs:$AWS_DEFAULT_REGION:000000000000:$name-dlq\\\",\\\"maxReceiveCount\\\":\\\"3\\\"}"
  sqs CreateQueue "{ \"QueueName\": \"$name\", \"Attributes\": { \"VisibilityTimeout\": \"30\", \"RedrivePolicy\": \"$policy\" } }"
done
