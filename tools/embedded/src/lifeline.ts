// Preloaded into every child (`--import`): ends it when the launcher is gone, even by SIGKILL.
// The launcher holds the other end of fd 3 and never writes; the kernel closes it whatever way the launcher ends.
import { Socket } from 'node:net';

/** How long a child may drain after its launcher vanished, in milliseconds. */
const GRACE_MS = 2_000;

const lifeline = new Socket({ fd: 3, readable: true, writable: false });

function launcherGone(): void {
  setTimeout(() => process.exit(1), GRACE_MS).unref();
  process.kill(process.pid, 'SIGTERM');
}

lifeline.once('close', launcherGone);
// A reset is an end as well: 'close' follows and does the work.
lifeline.on('error', () => lifeline.destroy());
lifeline.resume();
// A process that has nothing left to do may end; the lifeline alone must not keep it.
lifeline.unref();
