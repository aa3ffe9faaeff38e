/** A MinIO as deploy/compose.yaml starts it, as a process of this computer. */
import { spawn } from 'node:child_process';
import { mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { eventually } from '../probes/within.ts';
import { freePort } from '../../shared/testing/free-port.ts';
import { type OwnProcess, ownProcess } from './own-process.ts';

const READY_MS = 60_000;

export const MINIO_ACCOUNT = { MINIO_USER: 'of-a-test', MINIO_PASSWORD: 'of-a-test-only' } as const;

export interface Minio {
  process: OwnProcess;
  url: string;
}

/** @throws Error when it does not come up */
export async function startMinio(binary: string, dir: string): Promise<Minio> {
  const data = join(dir, 'minio');
  mkdirSync(data, { recursive: true });
  const log = openSync(join(dir, 'minio.log'), 'w');
  const at = `127.0.0.1:${await freePort()}`;
  const child = spawn(
    binary,
    ['server', data, '--address', at, '--console-address', `127.0.0.1:${await freePort()}`],
    {
      env: {
        ...process.env,
        MINIO_ROOT_USER: MINIO_ACCOUNT.MINIO_USER,
        MINIO_ROOT_PASSWORD: MINIO_ACCOUNT.MINIO_PASSWORD,
      },
      stdio: ['ignore', log, log],
    },
  );
  const own = ownProcess(child);
  const url = `http://${at}`;
  const ready = await eventually(READY_MS, async () => {
    if (own.hasEnded()) return false;
    const answer = await fetch(`${url}/minio/health/ready`).catch(() => null);
    return answer?.ok === true ? true : null;
  });
  if (ready === true) return { process: own, url };
  await own.kill();
  throw new Error('MinIO did not come up');
}
