#!/bin/sh
# The mesh's queues, by the names in QUEUES, each with its dead letters. LocalStack runs this at every start; running it on
# queues that exist changes nothing.
set -eu

for name in $QUEUES; do
  # Attributes are set in a second step because CreateQueue refuses a name that exists with other attributes.
  dlq=$(awslocal sqs create-queue --queue-name "$name-dlq" --query QueueUrl --output text)
  dlq_arn=$(awslocal sqs get-queue-attributes --queue-url "$dlq" --attribute-names QueueArn \
    --query Attributes.QueueArn --output text)

  queue=$(awslocal sqs create-queue --queue-name "$name" --query QueueUrl --output text)
  awslocal sqs set-queue-attributes --queue-url "$queue" --attributes "$(cat <<JSON
{
  "VisibilityTimeout": "30",
  "RedrivePolicy": "{\"deadLetterTargetArn\":\"$dlq_arn\",\"maxReceiveCount\":\"3\"}"
}
JSON
)"
done
