/**
 * The text file a person can send to whoever looks for a fault: figures and the end of the log, nothing anybody wrote.
 */
import { readFile } from 'node:fs/promises';
import { errorCode } from '../../../shared/errors.ts';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { BrowserWindow } from 'electron';
import type { Diagnostics } from '../../../shared/ipc/contract/diagnostics.ts';
import { CodedError } from '../../../shared/ipc/result.ts';
import { askWhereTo } from '../files/file-dialog.ts';
import { writeFileAtomic } from '../files/json-file.ts';
import { withoutSandbox } from '../security/packaged-start.ts';

/** Of the log, counted from its end. */
const LOG_BYTES = 1024 * 1024;

export interface DiagnosticsExportOptions {
  userDataDir: string;
  /** Of the app itself. */
  version: string;
  /** Figures of the open account; null when nobody is signed in or the worker does not answer. */
  diagnostics: () => Promise<Diagnostics | null>;
  /** What is wrong with the policies of an organisation; never their values. */
  policies?: readonly string[];
  window: () => BrowserWindow | null;
}

/** Asks where to, then writes. Throws `refused` when the file cannot be written. */
export async function exportDiagnostics(options: DiagnosticsExportOptions): Promise<{ saved: boolean }> {
  const day = new Date().toISOString().slice(0, 10);
  const question = {
    defaultPath: `wukong-diagnostics-${day}.txt`,
    filters: [{ name: 'Text', extensions: ['txt'] }],
  };
  const filePath = await askWhereTo(options.window(), question);
  if (filePath === null) return { saved: false };
  const text = exportText(
    options.version,
    await options.diagnostics(),
    await logTail(join(options.userDataDir, 'logs')),
    options.policies,
  );
  try {
    writeFileAtomic(filePath, text);
  } catch (error) {
    const code = errorCode(error) || 'unknown error';
    throw new CodedError('refused', `not saved: ${code}`);
  }
  return { saved: true };
}

/** Only named figures are written: a field that the schema gains later does not get into the file by itself. */
export function exportText(
  version: string,
  diagnostics: Diagnostics | null,
  log: string,
  policies: readonly string[] = [],
): string {
  const lines = [
    `WuKong Desktop ${version}, ${process.platform} ${process.arch}`,
    `exported: ${new Date().toISOString()}`,
    `sandbox of Chromium: ${withoutSandbox(process) ? 'switched off (--no-sandbox)' : 'on'}`,
    ...policies,
    '',
  ];
  if (diagnostics === null) {
    lines.push('no account is open');
  } else {
    const { connection, storage, cursors, versions, recalls } = diagnostics;
    lines.push(
      ...Object.entries(versions).map(([name, value]) => `${name}: ${value}`),
      '',
      `connection: ${connection.state}`,
      `transport: ${diagnostics.transport || '-'}`,
      `ping: ${diagnostics.pingMs === null ? '-' : `${Math.round(diagnostics.pingMs)} ms`}`,
      `server clock minus local clock: ${Math.round(diagnostics.serverOffsetMs)} ms`,
      `outbox jobs: ${diagnostics.outboxJobs}`,
      `cached messages: ${diagnostics.cachedMessages}`,
      `cache: ${diagnostics.cacheBytes} bytes, schema ${diagnostics.schemaVersion}`,
      `read-only: ${storage.readOnly ?? 'no'}`,
      `cache replaced: ${storage.cacheReplaced ?? 'no'}`,
      `outbox damaged: ${storage.outboxDamage ? `${storage.outboxDamage.recovered} entries recovered` : 'no'}`,
      `cursors: conversations ${cursors.conversations}, friends ${cursors.friends}, reminders ${cursors.reminders}, extras ${cursors.extras}`,
      '',
      `last recalls: ${recalls.length}`,
      ...recalls.map(
        (entry) =>
          `  ${new Date(entry.atMs).toISOString()} ${entry.source} ${Math.round(entry.tookMs)} ms: ${entry.surfaces.join(', ') || 'nothing here'}`,
      ),
    );
  }
  // The home folder carries the name of the person.
  return `${[...lines, '', 'log:', log].join('\n').replaceAll(homedir(), '~')}\n`;
}

/** Whole lines from the end of the rotated log; "" when there is none. */
export async function logTail(dir: string, bytes = LOG_BYTES): Promise<string> {
  const parts: Buffer[] = [];
  let missing = bytes;
  for (const name of ['main.log', 'main.old.log']) {
    if (missing <= 0) break;
    const part = (await readFile(join(dir, name)).catch(() => Buffer.alloc(0))).subarray(-missing);
    missing -= part.length;
    parts.unshift(part);
  }
  const text = Buffer.concat(parts).toString('utf8');
  return missing > 0 ? text : text.slice(text.indexOf('\n') + 1);
}
