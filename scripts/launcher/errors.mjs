/** A problem that the user can fix: the message says in one line what failed, why, and the fix. */
export class LaunchError extends Error {
  constructor(message, exitCode = 1) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** Runs `main`; a `LaunchError` becomes one line on stderr and the exit code. */
export async function launch(main) {
  try {
    await main();
  } catch (error) {
    if (!(error instanceof LaunchError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = error.exitCode;
  }
}
