// The attributes of the mesh's queues. localstack/init/ready.d/queues.sh sets the same ones.

const MAX_RECEIVES = 3;
const VISIBILITY_S = 30;

/** The attributes of a queue whose dead letters go to the queue with this ARN. */
export const queueAttributes = (deadLetterTargetArn: string): Record<string, string> => ({
  VisibilityTimeout: String(VISIBILITY_S),
  RedrivePolicy: JSON.stringify({ deadLetterTargetArn, maxReceiveCount: String(MAX_RECEIVES) }),
});
