/**
 * Where updates are looked for and whose signature they need. The address and the public keys are part of the app: they
 * are read from release.json when it is built. Nothing of the environment or the command line changes them in an
 * installed app; only a policy of the organisation (which needs an administrator) names another address, and never
 * other keys.
 */
import type { UpdatesPolicy } from '../../../shared/updates-policy.ts';
import type { UpdateState } from '../../../shared/ipc/contract/updates.ts';
import { feedAddress } from './feed-address.ts';

/** release.json, as the build put it in. */
declare const WUKONG_RELEASE: { feed: string; keys: readonly string[] };

/** Where the build did not (unit tests, a bench), the app has no feed and no keys. */
const built = typeof WUKONG_RELEASE === 'undefined' ? { feed: '', keys: [] } : WUKONG_RELEASE;

/** Two: the one that signs, and the next. */
export const MOST_KEYS = 2;
export const isChannel = (name: string): boolean => /^[a-z][a-z0-9-]{0,30}$/.test(name);

export interface UpdateSource {
  /** The feed's folder. */
  feed: URL;
  keys: readonly string[];
  channel: string;
}

export type NoUpdates = Extract<UpdateState['way'], { kind: 'off' }>['reason'];

export interface SourceOptions {
  isPackaged: boolean;
  env: Readonly<Record<string, string | undefined>>;
  policy: UpdatesPolicy;
  /** The user's setting. */
  channel: string;
  release?: { feed: string; keys: readonly string[] };
}

/** Or why nothing is looked for. */
export function updateSource(options: SourceOptions): UpdateSource | NoUpdates {
  const { isPackaged, env, policy } = options;
  if (policy.disabled) return 'policy';
  const { feed, keys } = isPackaged ? (options.release ?? built) : developmentRelease(env);
  if (!isPackaged && feed === '') return 'development';
  const address = feedAddress(policy.url ?? feed, !isPackaged);
  // A policy that is no address or no channel's name is no reason to ask somewhere else than it says.
  const channel = policy.channel ?? options.channel;
  // Without keys nothing that anybody serves could be believed: that is the build's fault, not the policy's.
  if (keys.length === 0) return 'noFeed';
  if (address === null || !isChannel(channel))
    return policy.url === null && policy.channel === null ? 'noFeed' : 'policy';
  return { feed: address, keys: keys.slice(0, MOST_KEYS), channel };
}

/** Tests and developers bring their own feed and keys. Never read by an installed app. */
function developmentRelease(env: SourceOptions['env']): { feed: string; keys: readonly string[] } {
  return {
    feed: env['WUKONG_UPDATE_FEED'] ?? '',
    keys: (env['WUKONG_UPDATE_KEYS'] ?? '').split(',').filter((key) => key !== ''),
  };
}
