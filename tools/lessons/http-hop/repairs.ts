import type { Attempts } from '../src/lesson.ts';

const CALL = "fetch(new URL(path, endpoints['rest-api']), { headers: { authorization } });";
const START = 'const restApi =';

export const attempts: Attempts = {
  right: {
    'fetch, with the origin allowed': [
      [
        "import express from 'express';",
        "import { allowOrigin } from '@trace-mesh/tracing/egress';\nimport express from 'express';",
      ],
      [START, `allowOrigin(endpoints['rest-api']);\n  ${START}`],
    ],
    'a client with timeouts': [
      [
        "import express from 'express';",
        "import { createServiceClient } from '@trace-mesh/runtime/http-client';\nimport express from 'express';",
      ],
      [START, `const client = createServiceClient(endpoints['rest-api']);\n  ${START}`],
      [CALL, "client({ method: 'GET', path, headers: { authorization } });"],
    ],
  },
  cheats: {
    'answers without asking rest-api': [[CALL, 'Promise.resolve(Response.json({ path, authorization }));']],
  },
};
