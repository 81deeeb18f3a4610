// What vitest and npm tell their children, and a person's shell does not know.
const OURS = /^(VITEST|npm_lifecycle_|npm_package_|npm_config_local_prefix$|NODE_ENV$)/;

/** The environment of somebody who works outside these tests: as ours, without what says that a test runs. */
export const outsideEnv = (): NodeJS.ProcessEnv => ({
  ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !OURS.test(name))),
  NO_COLOR: '1',
});
