/** Rows about accounts: ways in, well-known passwords and codes, how much can be uploaded. */
import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { randomUUID } from 'node:crypto';
import { objectAt, textAt } from '../probes/business.ts';
import type { Business } from '../probes/business.ts';
import type { Person } from '../probes/person.ts';
import { openImRoutes } from '../probes/recall-probes.ts';
import { NotTried, quoted, Shortcoming } from '../probes/shortcoming.ts';
import { closeAccounts, registerPhone } from '../probes/world.ts';
import type { JsonObject } from '../../shared/json.ts';
import { bad, good, note, type Row, type Seen, unknown } from './diagnosis.ts';

/** TSDD's words for a way that is closed. */
const CLOSED = /不支持|未开放|不开放|已关闭|关闭/;
/** Of configurations that are handed around. Few: some servers count wrong ones. */
const KNOWN_PASSWORDS = ['123456', 'superAdmin', 'admin123'];
const KNOWN_CODE = '123456';
const MIB = 1024 * 1024;
const UPLOAD_STEPS_MIB = [1, 10, 50, 100, 200, 500, 1024, 2048, 4096];
const UPLOAD_MS = 4_000;

/** Whether a route is there: asked with an empty body, which it refuses before it does anything. */
async function wayOf(business: Business, method: string, path: string): Promise<'open' | 'closed' | 'none'> {
  const answer = await business.call(method, path, method === 'GET' ? {} : { body: {} });
  if (answer.status === 404 || answer.status === 401) return 'none';
  return CLOSED.test(textAt(answer.json as JsonObject, 'msg')) ? 'closed' : 'open';
}

async function waysIn(business: Business, config: JsonObject): Promise<Seen> {
  const [name, phone, scan, reset] = await Promise.all([
    wayOf(business, 'POST', 'user/usernameregister'),
    wayOf(business, 'POST', 'user/register'),
    wayOf(business, 'GET', 'user/loginstatus?uuid='),
    wayOf(business, 'POST', 'user/sms/forgetpwd'),
  ]);
  const seen = ['user name and password'];
  if (phone !== 'none') seen.push('phone number');
  if (scan !== 'none') seen.push('scanned code');
  const open = [...(name === 'open' ? ['user name'] : []), ...(phone === 'open' ? ['phone'] : [])];
  const invited = config['register_invite_on'] === 1 ? ', with an invitation code' : '';
  const found = `sign-in by ${seen.join(', ')}; registration ${open.length === 0 ? 'closed' : `by ${open.join(' and ')}${invited}`}; ${reset === 'open' ? 'a new password by SMS' : 'no new password by SMS'}`;
  return good(found);
}

async function passwords(business: Business): Promise<Seen> {
  for (const password of KNOWN_PASSWORDS) {
    const answer = await business.call('POST', 'manager/login', {
      body: { username: 'superAdmin', password },
    });
    if (answer.status === 404) return good('no manager API');
    if (answer.status === 200 && textAt(answer.json as JsonObject, 'token') !== '')
      return bad(
        `superAdmin signs in with the well-known password "${password}": everybody is administrator`,
        'set adminPwd to a long random one, and end the sessions there are',
      );
  }
  return good(`superAdmin takes none of ${KNOWN_PASSWORDS.length} well-known passwords`);
}

/** Takes a name that TSDD reads as a role, looks, and gives the name back. */
async function roles(alice: Person): Promise<Seen> {
  const name = textAt(await alice.ask('GET', `users/${alice.uid}`), 'name');
  const taken = await alice.call('PUT', 'user/current', { name: `${name}@superAdmin` });
  if (taken.status !== 200) return good('no name makes an administrator');
  try {
    const answer = await alice.call('GET', 'manager/common/appconfig');
    if (answer.status !== 200) return good('no name makes an administrator');
  } finally {
    await alice.call('PUT', 'user/current', { name });
  }
  return bad(
    'whoever calls themselves x@superAdmin is administrator, and reads and deletes everybody’s messages',
    'the recall guard refuses such names (docs/guard.md); let nobody but operators reach /v1/manager/',
  );
}

async function imRoutes(business: Business): Promise<Seen> {
  const open = await openImRoutes(business);
  if (open.length === 0) return good('what is for the IM server is not there for others');
  return bad(
    `anybody calls, with no token, ${open.join(', and ')}`,
    'the recall guard keeps them from clients (docs/guard.md), or let the proxy refuse /v1/webhook, /v2/webhook and /v1/datasource',
  );
}

async function fixedCode(business: Business): Promise<Seen> {
  if ((await wayOf(business, 'POST', 'user/register')) !== 'open') return good('no registration by phone');
  let person: Person;
  try {
    person = await registerPhone(business, KNOWN_CODE);
  } catch (error) {
    if (error instanceof NotTried) return good(`the well-known code ${KNOWN_CODE} is refused`);
    throw error;
  }
  const remedy = 'take smsCode out of the configuration; it is for tests';
  const found = `the fixed SMS code ${KNOWN_CODE} is taken: whoever knows a number sets its password and signs in`;
  try {
    await person.signIn();
    await closeAccounts([person], KNOWN_CODE);
  } catch {
    return bad(`${found} (the account ${person.username} that showed it could not be closed)`, remedy);
  }
  return bad(found, remedy);
}

/** Whether so many bytes are refused by their number alone: the body is never sent. */
function refusesLength(url: URL, token: string, bytes: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const request = (url.protocol === 'https:' ? requestHttps : requestHttp)(url, {
      method: 'POST',
      headers: {
        token,
        'content-type': 'multipart/form-data; boundary=doctor',
        'content-length': String(bytes),
        expect: '100-continue',
      },
      timeout: UPLOAD_MS,
    });
    const end = (refused: boolean): void => {
      resolve(refused);
      request.destroy();
    };
    request.once('response', (answer) => {
      let text = '';
      answer.setEncoding('utf8');
      answer.on('data', (chunk: string) => (text += chunk));
      answer.once('end', () => {
        const { statusCode = 0 } = answer;
        // The embedded server says it in TSDD's form.
        if (statusCode === 413 || text.includes('"too_large"')) end(true);
        else if (statusCode < 400) end(false);
        else reject(new Shortcoming(`an upload is answered with ${statusCode} ${quoted(text)}`));
      });
    });
    request.once('continue', () => {
      // A server of Node says "continue" by itself: what it then makes of the length comes right behind.
      const timer = setTimeout(() => end(false), 300);
      request.once('response', () => clearTimeout(timer));
    });
    request.once('timeout', () => end(false));
    request.once('error', () => end(false));
    request.flushHeaders();
  });
}

async function uploads(business: Business, alice: Person): Promise<Seen> {
  const path = encodeURIComponent(`/1/${alice.uid}/${randomUUID()}.bin`);
  const url = new URL(`${business.base}/v1/file/upload?type=chat&path=${path}`);
  let taken = 0;
  for (const step of UPLOAD_STEPS_MIB) {
    if (await refusesLength(url, alice.token, step * MIB)) {
      const raise = 'raise client_max_body_size of the proxy';
      if (taken === 0) return bad(`less than ${step} MiB: pictures are refused`, raise);
      const found = `${taken} MiB, not ${step} MiB`;
      return taken < 10 ? note(found, `larger files are refused: ${raise}`) : good(found);
    }
    taken = step;
  }
  return note(
    `no length up to ${taken} MiB is refused before its bytes are sent`,
    'TSDD keeps a whole upload in memory: limit it in the proxy (client_max_body_size)',
  );
}

export function accountRows(business: Business, config: JsonObject, alice: Person | null): Row[] {
  return [
    { id: 'ways-in', what: 'ways to sign in', look: () => waysIn(business, config) },
    { id: 'im-routes', what: 'routes of the IM server', look: () => imRoutes(business) },
    { id: 'admin-password', what: 'administrator’s password', look: () => passwords(business) },
    {
      id: 'roles',
      what: 'who is administrator',
      look: () => (alice ? roles(alice) : unknown('only seen with an account')),
    },
    { id: 'sms-code', what: 'fixed SMS code', look: () => fixedCode(business) },
    {
      id: 'uploads',
      what: 'largest upload',
      look: () => (alice ? uploads(business, alice) : unknown('only seen with an account')),
    },
  ];
}

/** What is behind the address, as far as it says so. */
export async function versions(business: Business, alice: Person | null): Promise<Seen> {
  const health = await business.call('GET', 'health');
  const states = health.status === 200 ? objectAt({ it: health.json }, 'it') : {};
  const parts = ['db', 'redis'].flatMap((key) => (key in states ? [`${key} ${String(states[key])}`] : []));
  const broken = parts.filter((part) => /\b(down|fail\w*|error|false|0|unhealthy)\b/i.test(part));
  const refusal = await business.call('POST', 'message/revoke', { token: alice?.token ?? null });
  const codes = textAt(refusal.json as JsonObject, 'code') !== '';
  const kind = codes
    ? 'business server with codes in its refusals (the embedded one, or a guard)'
    : 'business server as TSDD';
  await alice?.connect();
  const { connack } = alice ?? {};
  const im = connack
    ? `IM protocol ${connack.serverVersion ?? '≤ 3'}, node ${String(connack.nodeId ?? '?')}`
    : 'IM server not seen';
  const found = [kind, im, ...parts].join('; ');
  if (broken.length > 0) return bad(found, `the business server says of itself: ${broken.join(', ')}`);
  if (connack && (connack.serverVersion ?? 0) < 5)
    return note(found, 'WuKongIM 2.2 speaks protocol 5: older ones lose streams and events; update it');
  return good(found);
}
