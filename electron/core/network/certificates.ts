/**
 * Which authorities are trusted: Node's own list, the system's (where an organisation puts its own), and a file that a
 * policy or the setting names. Node keeps the list per thread. Nothing here ever turns a check off.
 */
import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { errorCode, reasonOf } from '../../../shared/errors.ts';
import { endKeptConnections } from '../api/secure-agent.ts';
import { hasOwnStore } from './environment.ts';
import { readSmallFile } from './small-file.ts';

/** Where distributions keep theirs in one file. Reading it takes 1 ms, Node's own search of the folders 150. */
const LINUX_BUNDLES = [
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/pki/tls/certs/ca-bundle.crt',
  '/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem',
  '/etc/ssl/ca-bundle.pem',
  '/etc/ssl/cert.pem',
];
const MAX_FILE_BYTES = 8 * 1024 * 1024;
const PEM = /-----BEGIN CERTIFICATE-----[\sA-Za-z0-9+/=]{1,100000}?-----END CERTIFICATE-----/g;

/** Why a file of certificates is no use; the message is for people. */
export class CaFileError extends Error {
  /** `missing`: cannot be read. `empty`: holds no certificate. `damaged`: holds one that is none. */
  readonly problem: 'missing' | 'empty' | 'damaged';
  constructor(problem: CaFileError['problem'], message: string) {
    super(message);
    this.name = 'CaFileError';
    this.problem = problem;
  }
}

/** The certificates of a PEM file, or of a DER file with one. Rejects with `CaFileError`. */
export async function readCaFile(path: string): Promise<string[]> {
  let bytes: Buffer;
  try {
    bytes = await readSmallFile(path, MAX_FILE_BYTES);
  } catch (error) {
    throw new CaFileError('missing', `${path} cannot be read (${errorCode(error) || reasonOf(error)})`);
  }
  const blocks = bytes.includes('-----BEGIN') ? pemBlocks(bytes.toString('latin1')) : [bytes];
  if (bytes.length === 0 || blocks.length === 0)
    throw new CaFileError('empty', `${path} holds no certificate`);
  return blocks.map((block, index) => {
    try {
      return new X509Certificate(block).toString();
    } catch {
      throw new CaFileError('damaged', `certificate ${index + 1} of ${path} cannot be read`);
    }
  });
}

const pemBlocks = (text: string): string[] => text.match(PEM) ?? [];

/** Of this system. Empty where it cannot be asked. */
async function systemCertificates(): Promise<readonly string[]> {
  if (process.platform === 'linux' && !hasOwnStore()) {
    for (const bundle of LINUX_BUNDLES) {
      const blocks = pemBlocks(await readFile(bundle, 'latin1').catch(() => ''));
      if (blocks.length > 0) return blocks;
    }
  }
  try {
    return getCACertificates('system');
  } catch {
    return [];
  }
}

/** Of this thread. */
let trustedNow = '';

function trustOnly(certificates: readonly string[]): void {
  setDefaultCACertificates(certificates);
  const now = [...certificates].sort().join('\n');
  if (now === trustedNow) return;
  trustedNow = now;
  endKeptConnections();
}

/** The authorities of this thread, read when the first connection over TLS is made: that takes a moment. */
export class Authorities {
  readonly #warn: (message: string) => void;
  #caFile: string | null;
  #trusted: Promise<void> | null = null;

  constructor(caFile: string | null, warn: (message: string) => void) {
    this.#caFile = caFile;
    this.#warn = warn;
  }

  /** Once they are known to the thread. Never rejects: without them fewer are trusted, never more. */
  trusted(): Promise<void> {
    this.#trusted ??= this.#trust().catch((error: unknown) => this.#warn(reasonOf(error)));
    return this.#trusted;
  }

  changed(caFile: string | null): void {
    this.#caFile = caFile;
    this.#trusted = null;
  }

  async #trust(): Promise<void> {
    let own: string[] = [];
    try {
      if (this.#caFile !== null) own = await readCaFile(this.#caFile);
    } catch (error) {
      this.#warn(reasonOf(error));
    }
    const all = [
      ...getCACertificates('bundled'),
      ...getCACertificates('extra'),
      ...(await systemCertificates()),
      ...own,
    ];
    trustOnly([...new Set(all.map((certificate) => certificate.trim()))]);
  }
}
