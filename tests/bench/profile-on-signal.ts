// Preload: profiles the CPU of this process between two SIGUSR2, and writes `<pid>.cpuprofile` to `BENCH_PROFILES`.
import { renameSync, writeFileSync } from 'node:fs';
import { Session } from 'node:inspector/promises';
import { join } from 'node:path';

const file = join(String(process.env.BENCH_PROFILES), `${process.pid}`);
let session: Session | undefined;

async function toggle(): Promise<void> {
  if (!session) {
    session = new Session();
    session.connect();
    await session.post('Profiler.enable');
    await session.post('Profiler.start');
    return;
  }
  const { profile } = await session.post('Profiler.stop');
  session.disconnect();
  session = undefined;
  writeFileSync(`${file}.part`, JSON.stringify(profile));
  renameSync(`${file}.part`, `${file}.cpuprofile`);
}

process.on('SIGUSR2', () => void toggle());
// Only a process that listens may get the signal, which ends any other.
writeFileSync(`${file}.listens`, '');
