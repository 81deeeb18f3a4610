// Preloaded into every child (`--import`): ends it when the launcher has exited, SIGKILL included.
// The launcher holds the other end of fd 3 and never writes to it; the kernel closes it however the launcher exits.
import { Socket } from 'node:net';

/** How long a child may drain after its launcher exited, in milliseconds. */
const GRACE_MS = 2_000;

const lifeline = new Socket({ fd: 3, readable: true, writable: false });

function launcherGone(): void {
  setTimeout(() => process.exit(1), GRACE_MS).unref();
  process.kill(process.pid, 'SIGTERM');
}

lifeline.once('close', launcherGone);
// A reset ends it too: 'close' follows.
lifeline.on('error', () => lifeline.destroy());
lifeline.resume();
// The lifeline alone does not keep the process running.
lifeline.unref();
