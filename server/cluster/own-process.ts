/** A program that a test started: it can be killed, and stopped in the middle of whatever it does. */
import type { ChildProcess } from 'node:child_process';

export interface OwnProcess {
  pid: number;
  /** SIGKILL, as a crash; resolves when the process is gone. */
  kill: () => Promise<void>;
  /** SIGSTOP, as a machine that hangs: its ports take connections, and it says nothing. */
  hang: () => void;
  /** SIGCONT: it goes on where it was. */
  goOn: () => void;
  hasEnded: () => boolean;
}

export function ownProcess(child: ChildProcess): OwnProcess {
  const gone = new Promise<void>((done) => {
    child.once('exit', () => done());
    child.once('error', () => done());
  });
  return {
    pid: child.pid ?? 0,
    hasEnded: () => child.exitCode !== null || child.signalCode !== null,
    hang: () => void child.kill('SIGSTOP'),
    goOn: () => void child.kill('SIGCONT'),
    async kill() {
      child.kill('SIGKILL');
      await gone;
    },
  };
}
