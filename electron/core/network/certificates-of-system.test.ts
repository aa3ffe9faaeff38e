import { once } from 'node:events';
import { rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { X509Certificate } from 'node:crypto';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { afterEach, describe, expect, it, onTestFinished } from 'vitest';
import { tempFolder } from '../../../shared/testing/temp-folder.ts';
import { AUTHORITY, SELF_SIGNED, SIGNED } from '../connection/testing/certificates.ts';
import { Authorities, readCaFile } from './certificates.ts';

const before = getCACertificates('default');
afterEach(() => setDefaultCACertificates(before));

function folder(): string {
  const made = tempFolder('wukong-ca-');
  onTestFinished(() => rmSync(made, { recursive: true }));
  return made;
}

function file(content: string | Uint8Array): string {
  const path = join(folder(), 'ca.pem');
  writeFileSync(path, content);
  return path;
}

async function trusted(caFile: string | null): Promise<string[]> {
  const warnings: string[] = [];
  await new Authorities(caFile, (message) => warnings.push(message)).trusted();
  return warnings;
}

async function answers(certificate: { key: string; cert: string }): Promise<boolean> {
  const server = createServer(certificate, (_incoming, answer) => answer.end('here'));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const url = `https://localhost:${(server.address() as AddressInfo).port}/`;
  return fetch(url).then(
    (answer) => answer.ok,
    () => false,
  );
}

describe('a file of authorities', () => {
  it('is trusted beside the others, and only by whom it signed', async () => {
    expect(await answers(SIGNED)).toBe(false);
    expect(await trusted(file(`# of the organisation\n${AUTHORITY}\n`))).toEqual([]);
    expect(await answers(SIGNED)).toBe(true);
    expect(await answers(SELF_SIGNED)).toBe(false);
    expect(getCACertificates('default').length).toBeGreaterThan(getCACertificates('bundled').length);
  });

  it('may hold several, with CRLF, or be one in DER', async () => {
    expect(await readCaFile(file(`${AUTHORITY}\n${SELF_SIGNED.cert}`.replaceAll('\n', '\r\n')))).toHaveLength(
      2,
    );
    expect(await readCaFile(file(new X509Certificate(AUTHORITY).raw))).toHaveLength(1);
  });

  it.each([
    ['', 'empty'],
    ['no certificate at all', 'damaged'],
    ['-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----', 'empty'],
    [AUTHORITY.replace(/MII/, 'XXX'), 'damaged'],
  ])('"%s" is said to be %s', async (content, problem) => {
    await expect(readCaFile(file(content))).rejects.toMatchObject({ problem });
  });

  it('that is missing is said with its name, and the others are trusted all the same', async () => {
    const missing = join(folder(), 'gone.pem');
    const [warning] = await trusted(missing);
    expect(warning).toContain(`${missing} cannot be read (ENOENT)`);
    const { length } = getCACertificates('default');
    expect(length).toBeGreaterThanOrEqual(getCACertificates('bundled').length);
  });
});

it('the system is asked for its own: an authority of SSL_CERT_FILE is trusted', async () => {
  // Node reads it once per process, so that the process is another one.
  const { spawnSync } = await import('node:child_process');
  const script = `
    import { Authorities } from ${JSON.stringify(new URL('./certificates.ts', import.meta.url).href)};
    import { getCACertificates } from 'node:tls';
    import { readFileSync } from 'node:fs';
    await new Authorities(null, console.error).trusted();
    const wanted = readFileSync(process.env.SSL_CERT_FILE, 'utf8').replace(/\\s/g, '');
    console.log(getCACertificates('default').some((one) => one.replace(/\\s/g, '') === wanted));
  `;
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
    env: { ...process.env, SSL_CERT_FILE: file(AUTHORITY) },
    encoding: 'utf8',
  });
  expect(`${stdout.trim()} ${stderr.trim()}`.trim()).toBe('true');
});
