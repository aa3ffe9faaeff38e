/**
 * A sign-in by a code that a phone scans, whose server answers anything at each step: nothing is shown that cannot be
 * drawn, and nobody is let in but who was shown last.
 */
import * as fc from 'fast-check';
import { encode } from 'uqr';
import { scanSignInWith } from '../../electron/main/accounts/scan-sign-in.ts';
import { signInContract } from '../../shared/ipc/contract/sign-in.ts';
import { CodedError } from '../../shared/ipc/result.ts';
import { jsonText, spoiltJson } from './mutate.ts';
import { checkEach, type Target } from './target.ts';

const CODE = { uuid: 'abc', qrcode: 'https://im.example/v1/qrcode/abc' };
const STATUSES = [
  { status: 'waitScan' },
  { status: 'scanned', uid: 'u1', name: 'Bob' },
  { status: 'scanned', uid: 'u2' },
  { status: 'authed', uid: 'u1', auth_code: 'c0de' },
  { status: 'authed', uid: 'u2', auth_code: '../c0de?' },
  { status: 'expired' },
];
const PERSONS = ['u1', 'u2'].map((uid) => ({ uid, name: 'Bob', username: 'bob', short_no: '', token: 't' }));

/** The real thing as often as not: what comes later is reached. */
const like = (...seeds: object[]): fc.Arbitrary<string> =>
  fc.oneof(fc.constantFrom(...seeds), spoiltJson(...seeds)).map(jsonText);

interface Story {
  code: string;
  statuses: string[];
  person: string;
}
const story: fc.Arbitrary<Story> = fc.record({
  code: like(CODE),
  statuses: fc.array(like(...STATUSES), { minLength: 1, maxLength: 5 }),
  person: like(...PERSONS),
});

/** null: it was refused with a code, as it has to be. */
async function orRefused<T>(asked: () => Promise<T>): Promise<T | null> {
  try {
    return await asked();
  } catch (error) {
    if (error instanceof CodedError) return null;
    throw error;
  }
}

const named = (_server: string, uid: string): string => uid;

async function play({ code, statuses, person }: Story): Promise<void> {
  const fetch = async (url: string): Promise<Response> => {
    if (url.includes('/user/loginuuid')) return new Response(code);
    if (url.includes('/user/loginstatus')) return new Response(statuses[step]);
    if (url.includes('/user/login_authcode/')) return new Response(person);
    return new Response('', { status: 404 });
  };
  let step = 0;
  const scan = scanSignInWith({ id: 'd', name: 'n', model: 'm' }, async (server) => server, named, { fetch });
  const begun = await orRefused(() => scan.start('https://im.example'));
  if (begun === null) return;
  // As the page draws it, with the logo over its middle.
  encode(begun.text, { border: 0, ecc: 'Q' });
  let shown: string | null = null;
  let isGranted = false;
  for (step = 0; step < statuses.length; step += 1) {
    const answer = await orRefused(() => scan.poll(begun.id));
    if (answer === null) continue;
    const { state, person: seen } = signInContract['signIn.scanPoll'].result.parse(answer);
    // (Of who said yes a server may say no more than it did before.)
    const needsPerson = state === 'scanned';
    if ((needsPerson && seen === null) || seen?.uid === '' || (seen && !needsPerson && state !== 'granted'))
      throw new Error(`${state} of ${JSON.stringify(seen)}`);
    if (seen) shown = seen.uid;
    isGranted ||= state === 'granted';
  }
  const entered = await orRefused(() => scan.enter(begun.id));
  if (entered === null) return;
  if (!isGranted) throw new Error('let in before anybody said yes');
  if (shown !== null && entered.uid !== shown) throw new Error(`let in ${entered.uid}, shown was ${shown}`);
  if (entered.token === '') throw new Error('let in without a session');
}

export const scanTargets: readonly Target[] = [
  { name: 'answers to a code that a phone scans', share: 2, run: (run) => checkEach(story, run, play) },
];
