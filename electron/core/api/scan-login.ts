/**
 * Sign-in by a code that somebody's phone scans (tsdd-api.md 1.5). The session is one of the web, whatever is asked for
 * (`SCANNED_DEVICE_FLAG`).
 */
import { z } from 'zod';
import { cleanName } from '../../../shared/display-name.ts';
import { readAnswer } from './answer.ts';
import { seg } from './caller.ts';
import { requestJson } from './http.ts';
import { QrText } from './schemas.ts';
import { type CallOptions, type Device, deviceBody, type SignedIn, signedInOf } from './signed-in.ts';

/** So long TSDD keeps a code that nobody scanned. It does not say so. */
export const SCAN_CODE_VALID_MS = 60_000;
/** TSDD holds a question for ten seconds; then the network may take its time. */
const POLL_TIMEOUT_MS = 25_000;

const CodeDto = z.object({ uuid: z.string().min(1).max(200), qrcode: QrText });
const StatusDto = z.object({
  status: z.string(),
  uid: z.string().max(100).catch(''),
  name: z.string().catch(''),
  auth_code: z.string().max(200).catch(''),
});

export interface ScanCode {
  uuid: string;
  /** What the picture says. */
  text: string;
}

/** `waiting` for a phone; `scanned` by somebody who has not said yes; `granted`; or `expired`. */
export type ScanState =
  | { state: 'waiting' | 'expired' }
  | { state: 'scanned'; uid: string; name: string }
  /** `uid`: '' where the server does not say again who it is. */
  | { state: 'granted'; uid: string; name: string; authCode: string };

export async function newScanCode(
  { server, device }: { server: string; device: Device },
  options: CallOptions = {},
): Promise<ScanCode> {
  const body = await requestJson(
    { server, fetch: options.fetch, timeoutMs: options.timeoutMs },
    { method: 'GET', path: '/user/loginuuid', query: deviceBody(device) },
  );
  const { uuid, qrcode } = readAnswer('user/loginuuid', CodeDto, body);
  return { uuid, text: qrcode };
}

/** Answers when something changed, or after some seconds. */
export async function scanState(
  { server, uuid, signal }: { server: string; uuid: string; signal: AbortSignal },
  options: CallOptions = {},
): Promise<ScanState> {
  const body = await requestJson(
    { server, fetch: options.fetch, timeoutMs: options.timeoutMs ?? POLL_TIMEOUT_MS },
    { method: 'GET', path: '/user/loginstatus', query: { uuid }, signal },
  );
  const { status, uid, name, auth_code: authCode } = readAnswer('user/loginstatus', StatusDto, body);
  if (status === 'waitScan') return { state: 'waiting' };
  // Of nobody: as if nobody had scanned it.
  if (status === 'scanned' && uid === '') return { state: 'waiting' };
  if (status === 'scanned') return { state: 'scanned', uid, name: cleanName(name) };
  if (status === 'authed' && authCode !== '')
    return { state: 'granted', uid, name: cleanName(name), authCode };
  return { state: 'expired' };
}

/** Once: the server forgets the code. */
export async function scanSignIn(
  { server, authCode }: { server: string; authCode: string },
  options: CallOptions = {},
): Promise<SignedIn> {
  const body = await requestJson(
    { server, fetch: options.fetch, timeoutMs: options.timeoutMs },
    { method: 'POST', path: `/user/login_authcode/${seg(authCode)}` },
  );
  return signedInOf('user/login_authcode', body, '');
}
