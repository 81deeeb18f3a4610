// Variables that vitest and npm set for their children.
const SET_BY_RUNNERS = /^(VITEST|npm_lifecycle_|npm_package_|npm_config_local_prefix$|NODE_ENV$)/;

/** The environment of a user's shell: this process's without the variables of vitest and npm. */
export const outsideEnv = (): NodeJS.ProcessEnv => ({
  ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !SET_BY_RUNNERS.test(name))),
  NO_COLOR: '1',
});
