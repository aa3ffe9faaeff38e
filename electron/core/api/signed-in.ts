/** What all ways in have in common: who calls, and the answer (tsdd-api.md 1.2, 1.5). */
import { cleanName } from '../../../shared/display-name.ts';
import { cutText } from '../../../shared/text-cut.ts';
import { readAnswer } from './answer.ts';
import type { Fetch } from './http.ts';
import { LoginDto } from './schemas.ts';

/** Device class of this client at a sign-in and in CONNECT; the two must be equal (tsdd-api.md 1.2). 2 = pc. */
export const DEVICE_FLAG = 2;
/**
 * The class of a session that a phone has let in, whatever was asked for: TSDD takes any other flag for 0 (tsdd-api.md
 * 1.5). 1 = web.
 */
export const SCANNED_DEVICE_FLAG = 1;

export interface SignedIn {
  uid: string;
  name: string;
  username: string;
  shortNo: string;
  token: string;
}

/** `asked`: the name it was asked with, where the answer has none. */
export function signedInOf(what: string, body: unknown, asked: string): SignedIn {
  const dto = readAnswer(what, LoginDto, body);
  return {
    uid: dto.uid,
    name: cleanName(dto.name) || asked,
    username: dto.username || asked,
    shortNo: dto.short_no,
    token: dto.token,
  };
}

export interface CallOptions {
  fetch?: Fetch | undefined;
  timeoutMs?: number | undefined;
}

export interface Device {
  id: string;
  name: string;
  model: string;
}

export function deviceBody(device: Device): Record<string, string> {
  // Column lengths of TSDD (tsdd-api.md 1.2).
  return {
    device_id: device.id.slice(0, 40),
    device_name: cutText(cleanName(device.name), 100),
    device_model: device.model.slice(0, 100),
  };
}
