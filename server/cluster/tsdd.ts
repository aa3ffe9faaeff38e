/** A real TSDD, started without a configuration file and with the variables that deploy/compose.yaml gives it. */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { eventually } from '../probes/within.ts';
import { settingsOf } from './compose-settings.ts';
import { MINIO_ACCOUNT } from './minio.ts';
import { type OwnProcess, ownProcess } from './own-process.ts';

const READY_MS = 120_000;
export const TSDD_DB_PASSWORD = 'of-a-test-only';
/** Of `superAdmin`, and what any phone number is confirmed by. */
export const TSDD_SECRETS = { adminPassword: 'of-a-test-only', smsCode: '246810' } as const;

export interface TsddNeeds {
  /** Where it listens: the nodes' webhook was told before. */
  port: number;
  grpc: number;
  /** Origin of the balancer over the nodes. */
  imApi: string;
  /** host:port */
  mysql: string;
  redis: string;
  /** MinIO, and what clients read its files by; or a store of TSDD's seaweedFS protocol. */
  files: { minio: string; download: string } | { seaweed: string };
}

export interface Tsdd {
  url: string;
  process: OwnProcess;
}

/** @throws Error with the end of the log */
export async function startTsdd(binary: string, dir: string, log: number, needs: TsddNeeds): Promise<Tsdd> {
  mkdirSync(dir, { recursive: true });
  // Pictures of groups are made of what lies beside the program.
  const assets = join(dirname(binary), 'assets');
  if (existsSync(assets)) symlinkSync(assets, join(dir, 'assets'));
  const url = `http://127.0.0.1:${needs.port}`;
  const child = spawn(binary, ['--config', '/none'], {
    cwd: dir,
    env: { ...process.env, ...environment(url, needs) },
    stdio: ['ignore', log, log],
  });
  const running = ownProcess(child);
  const answers = async (): Promise<boolean | null> => {
    if (running.hasEnded()) return false;
    const answer = await fetch(`${url}/v1/common/appconfig`).catch(() => null);
    return answer?.ok === true ? true : null;
  };
  if ((await eventually(READY_MS, answers)) === true) return { url, process: running };
  await running.kill();
  throw new Error(`TSDD did not come up: ${readFileSync(`${dir}.log`, 'utf8').slice(-2_000)}`);
}

function environment(url: string, needs: TsddNeeds): Record<string, string> {
  const { files } = needs;
  const settings = settingsOf(
    'TS_',
    {
      PUBLIC_HOST: 'localhost',
      TSDD_DB_PASSWORD,
      TSDD_ADMIN_PASSWORD: TSDD_SECRETS.adminPassword,
      REGISTER_BY_NAME: 'true',
      ...MINIO_ACCOUNT,
    },
    {
      'http://proxy:8501': needs.imApi,
      'mysql:3306': needs.mysql,
      'redis:6379': needs.redis,
      ...('minio' in files
        ? { 'http://minio:9000': files.minio, 'https://localhost/files': files.download }
        : {}),
    },
  );
  return {
    ...settings,
    // Of this computer, and of tests.
    TS_ADDR: `127.0.0.1:${needs.port}`,
    TS_GRPCADDR: `127.0.0.1:${needs.grpc}`,
    TS_EXTERNAL_BASEURL: url,
    TS_SMSCODE: TSDD_SECRETS.smsCode,
    TS_GROUP_CREATEGROUPVERIFYFRIENDON: 'false',
    TS_GROUP_SAMEDAYCREATEMAXCOUNT: '1000',
    ...('seaweed' in files ? { TS_FILESERVICE: 'seaweedFS', TS_SEAWEED_URL: files.seaweed } : {}),
  };
}
