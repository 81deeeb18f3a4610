# One recipe for every process of the mesh: SERVICE names its folder, e.g. services/rest-api.
# Node runs the sources as they are, so there is no build step; but it strips no types below node_modules,
# so the workspace is copied whole instead of being deployed as packages.
FROM node:24-bookworm-slim AS base
WORKDIR /mesh

FROM base AS pnpm
COPY package.json ./
RUN npm install --global "$(node -p "require('./package.json').packageManager.split('+')[0]")"

# Only what decides an install, so that a changed source file does not repeat it.
FROM base AS manifests
COPY . .
RUN find . -type f ! -name package.json ! -name 'pnpm-*.yaml' -delete && find . -type d -empty -delete

FROM pnpm AS dependencies
COPY --from=manifests /mesh ./
RUN --mount=type=cache,id=pnpm-store,target=/pnpm-store \
    pnpm install --frozen-lockfile --prod --store-dir /pnpm-store \
      --filter '!@trace-mesh/embedded' --filter '!@trace-mesh/tests'

FROM base
COPY --from=dependencies /mesh ./
COPY . .
ENV NODE_ENV=production
ARG SERVICE
WORKDIR /mesh/${SERVICE}
USER node
CMD ["node", "--import", "@trace-mesh/tracing/register", "src/main.ts"]
