/**
 * Calls that need no token: find the server behind what a person typed, sign in, register (tsdd-api.md 1). Used by
 * the main thread; plain fetch.
 */
import type { z } from 'zod';
import { clockDifference } from '../../../shared/server-facts.ts';
import { accountName } from '../../../shared/phone-number.ts';
import { cleanName } from '../../../shared/display-name.ts';
import type { ServerProbe } from '../../../shared/ipc/contract/sign-in.ts';
import { CodedError } from '../../../shared/ipc/result.ts';
import type { ServerRules } from '../../../shared/domain.ts';
import { hostIdentity, kindOfHost, withoutEndDots } from './address-ranges.ts';
import { readAnswer } from './answer.ts';
import { NoAnswerError, RefusedError, requestJson } from './http.ts';
import { deviceCheckIn } from './device-check.ts';
import { AppConfigDto } from './schemas.ts';
import {
  type CallOptions,
  DEVICE_FLAG,
  type Device,
  deviceBody,
  type SignedIn,
  signedInOf,
} from './signed-in.ts';

/** What TSDD's own clients assume where a server says 0 (tsdd-api.md 8, wukongim.md E.1). */
const DEFAULT_REVOKE_SECOND = 120;
const PROBE_TIMEOUT_MS = 5_000;

interface ProbeOptions extends CallOptions {
  /** Hosts (`hostIdentity`) that were reached over https before: plain http is no way to them any more. */
  secureHosts?: ReadonlySet<string>;
  /**
   * A password follows without another look at the answer: plain http only where it was typed, or on this computer.
   */
  forPassword?: boolean;
}

/** Reads the rules out of an appconfig answer; `CodedError('notCompatible')` if it is none. */
export function rulesOf(body: unknown): ServerRules {
  return rulesIn(readAnswer('common/appconfig', AppConfigDto, body));
}

function rulesIn({ revoke_second: revokeSecond }: z.infer<typeof AppConfigDto>): ServerRules {
  return { revokeSecond: revokeSecond === 0 ? DEFAULT_REVOKE_SECOND : revokeSecond };
}

const isThisComputer = (url: URL): boolean => kindOfHost(url.hostname) === 'loopback';
const SCHEME = /^([a-z][a-z0-9+.-]*):\/\//i;
/** `https:host`, `https:\\host`, and what an input method makes of `https://`: no host of that name is meant. */
const LOOSE_SCHEME = /^(https?)\s*[:：]\s*(?:[/\\／＼]+|(?![\d/]))/i;

const withScheme = (address: string): string =>
  address
    .trim()
    .replaceAll(/[\t\r\n]/g, '')
    .replace(LOOSE_SCHEME, '$1://');

/**
 * Base addresses (no `/v1`, no trailing slash) that what a person typed may mean, best first. A bare host is tried with
 * https first, an IP address or a port other than 443 with http first; a bare origin also with `/api`, where TSDD's web
 * image keeps its API (tsdd-api.md 0). Throws `badArgument` for what is no address.
 */
export function serverCandidates(address: string): string[] {
  const typed = withScheme(address);
  const scheme = SCHEME.exec(typed)?.[1]?.toLowerCase();
  if (scheme !== undefined && scheme !== 'http' && scheme !== 'https') {
    throw new CodedError(
      'badArgument',
      `a server address starts with http:// or https://, not ${scheme}://`,
      'server',
    );
  }
  const bases: string[] = [];
  for (const prefix of scheme === undefined ? schemeOrder(typed) : ['']) {
    let url: URL;
    try {
      url = new URL(prefix + typed);
    } catch {
      throw new CodedError('badArgument', 'this is not a server address', 'server');
    }
    if (url.username || url.password) {
      throw new CodedError('badArgument', 'a server address holds no user name or password', 'server');
    }
    // The same host: what is kept of one, above all that it was secure, counts for the other.
    const host = withoutEndDots(url.hostname);
    if (host === '') throw new CodedError('badArgument', 'this is not a server address', 'server');
    url.hostname = host;
    const path = url.pathname.replace(/\/+$/, '').replace(/\/v1$/, '').replace(/\/+$/, '');
    bases.push(url.origin + path);
  }
  const withApi = bases.filter((base) => new URL(base).pathname === '/').map((base) => `${base}/api`);
  return [...bases, ...withApi];
}

function schemeOrder(typed: string): string[] {
  const host = typed.split('/')[0] ?? '';
  const plainFirst = /^(localhost|\[|\d+\.\d+\.\d+\.\d+)/i.test(host) || /:(?!443$)\d+$/.test(host);
  return plainFirst ? ['http://', 'https://'] : ['https://', 'http://'];
}

/** What may be asked of what `address` may mean. */
function allowedCandidates(address: string, { secureHosts, forPassword }: ProbeOptions): string[] {
  const typedScheme = SCHEME.test(withScheme(address));
  return serverCandidates(address).filter((server) => {
    const url = new URL(server);
    if (url.protocol === 'https:' || isThisComputer(url)) return true;
    return secureHosts?.has(hostIdentity(url.hostname)) !== true && (forPassword !== true || typedScheme);
  });
}

/** Whether a password may go to an address that was found earlier, in the scheme it has. */
export function isAllowedServer(server: string, secureHosts: ReadonlySet<string>): boolean {
  return allowedCandidates(server, { secureHosts, forPassword: true }).includes(server);
}

/**
 * Finds a TSDD business server. Errors: `badArgument` (no address), `notCompatible` (something answers, but no TSDD
 * server), `certificate` (not accepted, never skipped), `insecure` (was reached over https before and is not now),
 * `network` (nothing answers).
 */
export async function probeServer(address: string, options: ProbeOptions = {}): Promise<ServerProbe> {
  let answered: CodedError | null = null;
  let unreachable: CodedError | null = null;
  const candidates = allowedCandidates(address, options);
  for (const server of candidates) {
    const startedAt = performance.now();
    const sentAt = Date.now();
    let clockOffsetMs: number | null = null;
    try {
      const body = await requestJson(
        { server, fetch: options.fetch, timeoutMs: options.timeoutMs ?? PROBE_TIMEOUT_MS },
        // Without `version`: with it a server answers zeros (tsdd-api.md 1.4).
        {
          method: 'GET',
          path: '/common/appconfig',
          onHead(head) {
            const serverMs = Date.parse(head.get('date') ?? '');
            if (!Number.isNaN(serverMs))
              clockOffsetMs = clockDifference({ serverMs, sentAt, receivedAt: Date.now() });
          },
        },
      );
      const config = readAnswer('common/appconfig', AppConfigDto, body);
      const url = new URL(server);
      return {
        server,
        latencyMs: Math.round(performance.now() - startedAt),
        rules: rulesIn(config),
        insecure: url.protocol === 'http:' && !isThisComputer(url),
        inviteCode: config.register_invite_on === 1,
        recallEnforced: config.recall_enforced === 1,
        clockOffsetMs,
      };
    } catch (error) {
      if (!(error instanceof CodedError)) throw error;
      // Not the next address: it may be the same server in plain text.
      if (error instanceof NoAnswerError && error.badCertificate) {
        throw new CodedError('certificate', error.message, 'server');
      }
      // What stands in the way stands in the way of all of them; what a server behind it has, each has to say itself.
      if (error.proxy && error.proxy.problem !== 'target' && error.proxy.problem !== 'refused') throw error;
      if (error.code === 'network') unreachable ??= error;
      else answered ??= new CodedError('notCompatible', error.message, 'server');
    }
  }
  if (answered === null && candidates.length < serverCandidates(address).length)
    throw new CodedError('insecure', 'only an unencrypted connection is left, and it is not used', 'server');
  throw answered ?? unreachable ?? new CodedError('network', 'no address to try');
}

const WRONG_CREDENTIALS: Record<string, 'username' | 'password'> = {
  用户不存在: 'username',
  密码不正确: 'password',
};
/** The account is there, and so may the password be right: the server's own words say it. */
const NOT_ALLOWED = '此账号不允许登录';

interface LoginArguments {
  server: string;
  /** As somebody typed it: a phone number in any form, or a user name. */
  username: string;
  password: string;
  device: Device;
}

/**
 * Signs in with the pc flag. Errors: `credentials` (with the field, if the server says which), `DeviceCheckError`,
 * `refused`, `network`, `notCompatible`.
 */
export async function login(args: LoginArguments, options: CallOptions = {}): Promise<SignedIn> {
  const name = accountName(args.username);
  const typed = args.username.trim();
  try {
    return await loginAs(name, args, options);
  } catch (error) {
    const isUnknown =
      error instanceof CodedError && error.code === 'credentials' && error.field === 'username';
    // Somebody may have chosen these digits as a user name.
    if (!isUnknown || name === typed) throw error;
    return loginAs(typed, args, options);
  }
}

async function loginAs(
  username: string,
  args: Omit<LoginArguments, 'username'>,
  options: CallOptions,
): Promise<SignedIn> {
  let body: unknown;
  try {
    body = await requestJson(
      { server: args.server, fetch: options.fetch, timeoutMs: options.timeoutMs },
      {
        method: 'POST',
        path: '/user/login',
        body: {
          username,
          password: args.password,
          flag: DEVICE_FLAG,
          device: deviceBody(args.device),
        },
      },
    );
  } catch (error) {
    throw credentialsError(error);
  }
  return signedInOf('user/login', body, username);
}

function credentialsError(error: unknown): unknown {
  if (error instanceof RefusedError) {
    const asked = deviceCheckIn(error);
    if (asked) return asked;
    const said = error.message.trim().replace(/[！!。]+$/u, '');
    const field = WRONG_CREDENTIALS[said];
    if (field) return new CodedError('credentials', error.message, field);
    if (said === NOT_ALLOWED) return new CodedError('refused', error.message, 'username');
  } else if (error instanceof CodedError && error.code === 'unauthorized') {
    // Which of the two is wrong was not said.
    return new CodedError('credentials', error.message);
  }
  return error;
}

/**
 * Registers by user name, then signs in: the token of the registration's own answer dies at the next sign-in with the
 * same flag (tsdd-api.md 1.3). Errors as `login`, and `refused` with field `username` when the name is taken, or
 * `byPhone` when the server registers by phone number only.
 */
export async function register(
  args: LoginArguments & {
    name: string;
    /** '' where the server asks for none. */
    inviteCode?: string;
  },
  options: CallOptions = {},
): Promise<SignedIn> {
  const { inviteCode = '' } = args;
  try {
    await requestJson(
      { server: args.server, fetch: options.fetch, timeoutMs: options.timeoutMs },
      {
        method: 'POST',
        path: '/user/usernameregister',
        body: {
          username: args.username,
          password: args.password,
          name: cleanName(args.name) || args.username,
          flag: DEVICE_FLAG,
          device: deviceBody(args.device),
          ...(inviteCode === '' ? {} : { invite_code: inviteCode }),
        },
      },
    );
  } catch (error) {
    if (error instanceof RefusedError && /邀请码/.test(error.message))
      throw new CodedError('refused', error.message, 'inviteCode');
    if (error instanceof RefusedError && /用户名/.test(error.message)) {
      throw new CodedError('refused', error.message, /暂不支持/.test(error.message) ? 'byPhone' : 'username');
    }
    if (error instanceof NoAnswerError && error.mayBeDone) return registeredAfterAll(args, options);
    throw error;
  }
  return login(args, options);
}

/** The registration was not answered. Asking again would only say that the name is taken: signing in tells. */
export async function registeredAfterAll(args: LoginArguments, options: CallOptions): Promise<SignedIn> {
  try {
    return await login(args, options);
  } catch (error) {
    const isUnknown =
      error instanceof CodedError && error.code === 'credentials' && error.field === 'username';
    if (isUnknown) throw new CodedError('noAnswer', 'the registration was not answered, and is not there');
    throw new CodedError('unsure', 'the registration was not answered');
  }
}
