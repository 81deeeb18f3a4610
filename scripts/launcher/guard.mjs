// Runs a command whose helpers do not forward signals (npm, npx). Kills its whole process group on a signal, and when the
// parent, which holds fd 3, has exited.
import { spawn } from 'node:child_process';
import { Socket } from 'node:net';

const [command, ...args] = process.argv.slice(2);
const child = spawn(command, args, { stdio: 'inherit', detached: true });

function end() {
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch (error) {
    if (error.code !== 'ESRCH') throw error;
  }
  process.exit(143);
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, end);
new Socket({ fd: 3, readable: true, writable: false }).once('close', end).on('error', end).resume().unref();
child.once('error', (error) => {
  process.stderr.write(`${error.message}\n`);
  process.exit(127);
});
child.once('exit', (code) => process.exit(code ?? 1));
