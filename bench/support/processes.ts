/** Memory of processes, from /proc: Linux only. */
import { readFileSync } from 'node:fs';

/** `VmRSS` or `VmHWM` (its peak) in MiB. */
export function residentMiB(pid: number, field: 'VmRSS' | 'VmHWM' = 'VmRSS'): number {
  const line = new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  if (!line) throw new Error(`no ${field} of process ${pid}`);
  return Number(line[1]) / 1024;
}

/** Pids of a process and everything it started. */
export function family(pid: number): number[] {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
  return [pid, ...(children === '' ? [] : children.split(' ').flatMap((child) => family(Number(child))))];
}
