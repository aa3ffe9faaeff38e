/** The row about TLS: whether the line is encrypted, and whether a client takes the certificate. */
import { isIP } from 'node:net';
import { connect, type ConnectionOptions, type TLSSocket } from 'node:tls';
import { settled } from '../probes/within.ts';
import { placeOf } from './addresses.ts';
import { bad, good, note, type Row, type Seen } from './diagnosis.ts';

const TLS_MS = 5_000;
const DAY_MS = 86_400_000;
const EXPIRES_SOON_DAYS = 21;
const LEAST_RSA_BITS = 2048;

export interface TlsOptions {
  /** Authorities to trust in place of the usual ones. */
  ca?: string;
  /** ms */
  now?: () => number;
}

interface Certificate {
  endsAt: number;
  /** Code of OpenSSL or Node, why a client does not take it; '' when it does. */
  why: string;
  names: string;
  /** '' when there is nothing to say against it. */
  weakness: string;
}

/** OpenSSL's and Node's codes, in words for who has to mend it. */
const WHY: Readonly<Record<string, (seen: Certificate, host: string) => [found: string, remedy: string]>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: () => ['it is signed by itself', 'get one of an authority that clients know'],
  SELF_SIGNED_CERT_IN_CHAIN: () => [
    'its authority is one of your own',
    'give every client that authority, or get one of an authority they know',
  ],
  CERT_HAS_EXPIRED: ({ endsAt }) => [`it ended on ${day(endsAt)}`, 'renew it, and let that happen by itself'],
  CERT_NOT_YET_VALID: () => ['it is not valid yet', 'check the clocks of the server and of this computer'],
  ERR_TLS_CERT_ALTNAME_INVALID: ({ names }, host) => [
    `it is for ${names}, not for ${host}`,
    `get one for ${host}, or give clients the address it is for`,
  ],
};
const INCOMPLETE = new Set([
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_GET_ISSUER_CERT',
]);

const day = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

function open({ hostname, port }: URL, options: ConnectionOptions): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const host = hostname.replace(/^\[(.*)\]$/, '$1');
    const socket = connect(
      {
        host,
        port: Number(port) || 443,
        // No server is asked for by an address.
        ...(isIP(host) === 0 ? { servername: host } : {}),
        rejectUnauthorized: false,
        ...options,
      },
      () => resolve(socket),
    );
    socket.once('error', reject);
  });
}

async function certificateOf(url: URL, ca: string | undefined): Promise<Certificate> {
  const socket = await open(url, ca === undefined ? {} : { ca });
  try {
    const { valid_to: end, subjectaltname: names = '' } = socket.getPeerCertificate();
    const key = socket.getPeerX509Certificate()?.publicKey;
    const bits = key?.asymmetricKeyDetails?.modulusLength ?? LEAST_RSA_BITS;
    // (Node's types have an Error; what is there is its code, or an Error with one.)
    const error = socket.authorizationError as unknown as string | (Error & { code?: string }) | null;
    const code = typeof error === 'object' ? (error?.code ?? error?.message) : error;
    return {
      endsAt: Date.parse(end),
      why: socket.authorized ? '' : (code ?? 'unknown'),
      names: names.replaceAll('DNS:', '').replaceAll('IP Address:', '') || 'nobody',
      weakness: bits < LEAST_RSA_BITS ? `its RSA key has ${bits} bits` : '',
    };
  } finally {
    socket.destroy();
  }
}

/** Whether it still speaks what every client of today has left behind. */
async function speaksOldTls(url: URL): Promise<boolean> {
  const old = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' } as const;
  try {
    const socket = await settled(open(url, old), TLS_MS, 'TLS 1.1');
    socket.destroy();
    return true;
  } catch {
    return false;
  }
}

/** What is to be said of the line to a business server at this address. */
export async function encryption(base: string, { ca, now = Date.now }: TlsOptions = {}): Promise<Seen> {
  const url = new URL(base);
  if (url.protocol !== 'https:') {
    const place = placeOf(url.hostname);
    const remedy = 'put a proxy with a certificate in front (deploy/README.md)';
    if (place !== 'public')
      return note(`plain http, on ${place}`, `fine there; for everybody else: ${remedy}`);
    return bad('plain http: passwords, tokens and messages are read by whoever is in between', remedy);
  }
  const seen = await settled(certificateOf(url, ca), TLS_MS, 'the certificate');
  // (OpenSSL has no name of its own for a key that is too small for it.)
  if (seen.weakness !== '' && !(seen.why in WHY))
    return bad(
      `https with a weak certificate: ${seen.weakness}`,
      'get one with a key of EC P-256 or RSA 2048',
    );
  if (seen.why !== '') {
    const incomplete = [
      'its authority is not known, or the chain is sent without the certificates between',
      'send the whole chain (fullchain.pem), of an authority that clients know',
    ] as const;
    const [found, remedy] =
      WHY[seen.why]?.(seen, url.hostname) ??
      (INCOMPLETE.has(seen.why) ? incomplete : [seen.why, 'get one of an authority that clients know']);
    return bad(`https with a certificate that no client takes: ${found}`, remedy);
  }
  const days = Math.floor((seen.endsAt - now()) / DAY_MS);
  if (days < EXPIRES_SOON_DAYS)
    return bad(`the certificate ends in ${days} days`, 'renew it, and let that happen by itself');
  if (await speaksOldTls(url))
    return note('https, but TLS 1.0 or 1.1 is taken, too', 'ssl_protocols TLSv1.2 TLSv1.3 of the proxy');
  return good(`https, certificate good for ${days} days`);
}

export function tlsRow(base: string): Row {
  return { id: 'tls', what: 'encryption of the line', look: () => encryption(base) };
}
