/**
 * The script that chooses a proxy. It is loaded here and handed to Chromium whole: Chromium by itself takes the direct
 * way when a script cannot be loaded, and nobody would notice.
 */
import { fileURLToPath } from 'node:url';
import { compileFunction } from 'node:vm';
import { errorCode, reasonOf } from '../../../shared/errors.ts';
import { directHttps } from '../../core/network/direct-https.ts';
import { readSmallFile } from '../../core/network/small-file.ts';
import { ProxyError } from '../../../shared/proxy-error.ts';

const TIMEOUT_MS = 10_000;
const MAX_BYTES = 1024 * 1024;
const MAX_REDIRECTS = 5;

/** What a script answers that fails while it runs: Chromium would take the direct way. */
export const FAILED_SCRIPT = 'script-failed.wukong.invalid';
const CAREFUL = `
;try {
  FindProxyForURL = (function (find) {
    return function (url, host) {
      try {
        var answer = find(url, host);
        if (typeof answer === 'string') return answer;
      } catch (error) {}
      return 'PROXY ${FAILED_SCRIPT}:1';
    };
  })(FindProxyForURL);
} catch (error) {}
`;

/** As an address Chromium takes a script from. Rejects with `ProxyError`. */
export async function loadPacScript(address: string, trust: () => Promise<void>): Promise<string> {
  const url = URL.parse(address);
  let script: string;
  try {
    if (url?.protocol === 'file:')
      script = (await readSmallFile(fileURLToPath(url), MAX_BYTES)).toString('utf8');
    else if (url?.protocol === 'http:' || url?.protocol === 'https:') {
      if (url.protocol === 'https:') await trust();
      script = await fetched(url);
    } else throw new ProxyError('setting', address, 'not an http, https or file address');
  } catch (error) {
    if (error instanceof ProxyError) throw error;
    throw new ProxyError('pac', address, whyOf(error));
  }
  if (!/\bFindProxyForURL\b/.test(script)) throw new ProxyError('pac', address, 'it has no FindProxyForURL');
  try {
    // Compiled, and not run: that is for Chromium, in a process without rights.
    compileFunction(script);
  } catch (error) {
    throw new ProxyError('pac', address, `it is no script: ${reasonOf(error)}`);
  }
  script += CAREFUL;
  return `data:application/x-ns-proxy-autoconfig;base64,${Buffer.from(script, 'utf8').toString('base64')}`;
}

async function fetched(url: URL): Promise<string> {
  const answer = await answerFrom(url, AbortSignal.timeout(TIMEOUT_MS));
  if (!answer.ok) throw new Error(`status ${answer.status}`);
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of (answer.body ?? []) as AsyncIterable<Uint8Array>) {
    size += chunk.byteLength;
    if (size > MAX_BYTES) throw new Error('it is too long');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

async function answerFrom(url: URL, signal: AbortSignal): Promise<Response> {
  for (let hops = 0; hops <= MAX_REDIRECTS; hops += 1) {
    const init: RequestInit = { signal, redirect: 'manual' };
    const answer = await (url.protocol === 'https:' ? directHttps(url, init) : fetch(url, init));
    const next = answer.headers.get('location');
    if (answer.status < 300 || answer.status >= 400 || next === null) return answer;
    await answer.body?.cancel();
    const from = url.protocol;
    url = new URL(next, url);
    if (url.protocol !== 'https:' && (url.protocol !== 'http:' || from === 'https:'))
      throw new Error(`it leads to an ${url.protocol.slice(0, -1)} address`);
  }
  throw new Error('it leads around in a circle');
}

function whyOf(error: unknown): string {
  if (error instanceof DOMException && error.name === 'TimeoutError') return 'timed out';
  return errorCode(error) || errorCode(error instanceof Error ? error.cause : null) || reasonOf(error);
}
