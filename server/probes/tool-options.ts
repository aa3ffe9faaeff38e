/** The arguments that `test:server` and `doctor` share. */
import { parseArgs } from 'node:util';
import { reasonOf } from '../../shared/errors.ts';
import type { Account } from './world.ts';

/** A wrong argument; the message is the one sentence that is shown. Exit code 2. */
export class UsageError extends Error {}

export interface ToolOptions {
  url: string;
  json: boolean;
  strict: boolean;
  help: boolean;
  accounts: Account[];
  smsCode: string | null;
  /** Checks or rows whose id begins with this; '' = all. */
  only: string;
  /** Addresses to be looked at beside the usual ports; '' = none. */
  imApi: string;
  manager: string;
  /** How long the end of the recall time may be waited for, ms. */
  patienceMs: number;
  /** The whole run, ms. */
  limitMs: number;
}

export const SHARED_USAGE = `  --json             one JSON object in place of lines
  --account N:P      an account to work with, instead of new ones (give it twice or three times; every account of this
                     computer can read it, so better: WUKONG_CHECK_ACCOUNTS=name:password,name:password)
  --sms-code CODE    the fixed SMS code of a test server: accounts are made by phone and closed with it at the end
  --patience S       wait so long for the end of the recall time, to see whether it is enforced (default 10)
  --limit S          the whole run ends after so long`;

/** `refused`: options of the other tool. @throws UsageError */
export function readToolOptions(
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  command: string,
  defaultLimitS: number,
  refused: readonly string[],
): ToolOptions {
  const { values, positionals } = parsed(args);
  const stray = refused.find((name) => name in values);
  if (stray !== undefined) throw new UsageError(`--${stray} is no option of ${command}.`);
  const help = values.help === true;
  const [url, ...more] = positionals;
  if (!help && url === undefined) throw new UsageError(`Say which server: npm run ${command} -- http://…`);
  if (more.length > 0) throw new UsageError(`One address only, not "${more.join(' ')}" as well.`);
  const patienceS = numberOf('--patience', values.patience, 10, 0, 3600);
  return {
    url: help ? '' : addressOf(url ?? ''),
    json: values.json === true,
    strict: values.strict === true,
    help,
    accounts: accountsOf(values.account ?? [], env['WUKONG_CHECK_ACCOUNTS'] ?? ''),
    smsCode: values['sms-code'] ?? null,
    only: values.only ?? '',
    imApi: values['im-api'] === undefined ? '' : addressOf(values['im-api']),
    manager: values.manager === undefined ? '' : addressOf(values.manager),
    patienceMs: patienceS * 1000,
    limitMs: numberOf('--limit', values.limit, defaultLimitS + patienceS, 5, 7200) * 1000,
  };
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        json: { type: 'boolean' },
        strict: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
        account: { type: 'string', multiple: true },
        'sms-code': { type: 'string' },
        only: { type: 'string' },
        'im-api': { type: 'string' },
        manager: { type: 'string' },
        patience: { type: 'string' },
        limit: { type: 'string' },
      },
    });
  } catch (error) {
    throw new UsageError(
      reasonOf(error)
        .split('\n')[0]
        ?.replace(/\. To specify.*$/, '.') ?? 'wrong arguments',
    );
  }
}

function addressOf(text: string): string {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    throw new UsageError(`"${text}" is no address: it begins with http:// or https://.`);
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    throw new UsageError(`"${text}" is no address of a business server: it begins with http:// or https://.`);
  if (url.username !== '' || url.password !== '')
    throw new UsageError('The address holds no user name or password; accounts are given by --account.');
  return url.origin + url.pathname.replace(/\/+$/, '');
}

function numberOf(
  name: string,
  text: string | undefined,
  otherwise: number,
  least: number,
  most: number,
): number {
  if (text === undefined) return otherwise;
  const value = Number(text);
  if (!Number.isFinite(value) || value < least || value > most)
    throw new UsageError(`${name} is a number of seconds from ${least} to ${most}, not "${text}".`);
  return value;
}

function accountsOf(flags: readonly string[], env: string): Account[] {
  const texts = flags.length > 0 ? flags : env.split(/[,\n]/).filter((each) => each.trim() !== '');
  const accounts = texts.map((text) => {
    const colon = text.indexOf(':');
    // Not the text itself: a password may be all of it.
    if (colon < 1 || colon === text.length - 1) throw new UsageError('An account is given as name:password.');
    return { username: text.slice(0, colon).trim(), password: text.slice(colon + 1) };
  });
  if (accounts.length === 1)
    throw new UsageError('Two accounts are needed: one alone has nobody to write to.');
  if (new Set(accounts.map(({ username }) => username)).size < accounts.length)
    throw new UsageError('The accounts have to be of different people.');
  return accounts;
}
