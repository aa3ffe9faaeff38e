/**
 * The code that the sign-in form shows for a phone to scan. One at a time: another one, or nobody who looks at it any
 * more, ends the question about it. What signs in stays here, the page gets states only.
 */
import type { ScanAnswer } from '../../../shared/ipc/contract/sign-in.ts';
import { CodedError } from '../../../shared/ipc/result.ts';
import { faceOf } from '../../core/api/face.ts';
import {
  newScanCode,
  SCAN_CODE_VALID_MS,
  type ScanState,
  scanSignIn,
  scanState,
} from '../../core/api/scan-login.ts';
import { type CallOptions, type Device, SCANNED_DEVICE_FLAG } from '../../core/api/signed-in.ts';
import type { NewSignIn } from './accounts.ts';

export interface ScanSignIn {
  start: (server: string) => Promise<{ id: number; text: string; validMs: number }>;
  poll: (id: number) => Promise<ScanAnswer>;
  stop: (id: number) => void;
  /** After `granted`; once. */
  enter: (id: number) => Promise<NewSignIn>;
}

interface Shown {
  id: number;
  server: string;
  uuid: string;
  end: AbortController;
  authCode: string | null;
  /** Asked for once of each, however often the state is. */
  person: { uid: string; found: Promise<NonNullable<ScanAnswer['person']>> } | null;
}

const EXPIRED: ScanAnswer = { state: 'expired', person: null };

/** `nameOf`: how somebody of that server is called here, whom the server does not name. */
export function scanSignInWith(
  device: Device,
  normalised: (server: string) => Promise<string>,
  nameOf: (server: string, uid: string) => string,
  options: CallOptions,
): ScanSignIn {
  let shown: Shown | null = null;
  let lastId = 0;

  const askWho = async (server: string, { uid, name }: Extract<ScanState, { uid: string }>) => ({
    uid,
    name: name || nameOf(server, uid),
    face: await faceOf({ server, uid }, options),
  });
  const personOf = (at: Shown, found: Extract<ScanState, { uid: string }>) => {
    // Somebody else than before: the face of the one is not shown for the other.
    if (at.person?.uid !== found.uid) at.person = { uid: found.uid, found: askWho(at.server, found) };
    return at.person.found;
  };

  return {
    async start(address) {
      shown?.end.abort();
      shown = null;
      const id = (lastId += 1);
      const server = await normalised(address);
      const { uuid, text } = await newScanCode({ server, device }, options);
      // Somebody asked for another one meanwhile: this one is nobody's.
      if (id === lastId)
        shown = { id, server, uuid, end: new AbortController(), authCode: null, person: null };
      return { id, text, validMs: SCAN_CODE_VALID_MS };
    },
    async poll(id) {
      const at = shown?.id === id ? shown : null;
      if (!at) return EXPIRED;
      const found = await scanState({ server: at.server, uuid: at.uuid, signal: at.end.signal }, options);
      if (shown !== at) return EXPIRED;
      if (!('uid' in found)) return { state: found.state, person: null };
      if (found.state === 'granted') at.authCode = found.authCode;
      const person = found.uid === '' ? at.person?.found : personOf(at, found);
      return { state: found.state, person: (await person) ?? null };
    },
    stop(id) {
      if (shown?.id === id) shown.end.abort();
      // The code itself stays: whoever comes back to it while it is valid asks on.
      if (shown?.id === id) shown.end = new AbortController();
    },
    async enter(id) {
      const at = shown?.id === id ? shown : null;
      if (!at || at.authCode === null) throw new CodedError('invalidState', 'nobody has said yes', 'scan');
      const { authCode, person, server } = at;
      shown = null;
      const { uid, name, username, token } = await scanSignIn({ server, authCode }, options);
      if (person !== null && uid !== person.uid)
        throw new CodedError('notCompatible', 'user/login_authcode: it is somebody else than who said yes');
      return {
        server,
        uid,
        username: username || uid,
        name: name || uid,
        token,
        deviceFlag: SCANNED_DEVICE_FLAG,
      };
    },
  };
}
