// The account in which the overlay `aws` runs: examples of AWS's documentation. Write yours here, then `npm run draw`.

/** Account, region and network, as they stand in the manifests. */
export const AWS = {
  account: '123456789012',
  region: 'us-east-1',
  /** The network of RDS, ElastiCache and the interface endpoints of SQS and Bedrock. */
  vpc: '10.0.0.0/16',
};
