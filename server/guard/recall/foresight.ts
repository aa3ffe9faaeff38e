/**
 * What is known of a page's messages is asked while TSDD still works on it: which ones these will be, the pages before
 * say (store/seen-ids.ts). The question is asked after the page was asked for, so that a recall that was answered
 * before is seen; one that is made meanwhile becomes known as ever, and what is remembered is looked at once more when
 * the page is there. So it decides about nothing: it only fills the memory that pages are judged from.
 */
import { isObject } from '../../../shared/json.ts';
import { type Channel, ChannelType, storedChannelId } from '../../business/im-client/channel-address.ts';
import { channelKey, type Range, type SeenIds, type SeenRow } from '../store/seen-ids.ts';
import { BELIEVED_MS } from '../store/page-states.ts';
import type { RecallStates } from '../store/recall-states.ts';
import type { Identities } from './identity.ts';

const PATH = '/v1/message/channel/sync';
const LONGEST_ID = 100;
/** The same page is not foreseen again for so long: what was asked then is believed as long again when it comes, ms. */
const AGAIN_MS = BELIEVED_MS / 2;
/** Ranges of which it is known when they were foreseen. */
const MOST_ASKED = 1_000;

export interface Foreseen {
  /** Of the page that was asked for, in stored form. */
  channel: Channel;
  asked: Asked | null;
}

/** A question about what a page will hold. */
interface Asked {
  at: number;
  /** Null: it was answered, or could not be. Never rejects. */
  pending: Promise<void> | null;
}

interface Deps {
  states: Pick<RecallStates, 'foresee' | 'now'>;
  seen: SeenIds;
  identities: Pick<Identities, 'known'>;
}

export class Foresight {
  readonly #deps: Deps;
  /** The oldest first. */
  readonly #asked = new Map<string, Asked>();

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  /** A page was asked for. Null: which channel's is not known here. */
  begin(path: string, token: string, body: Buffer): Foreseen | null {
    const question = path === PATH ? questionOf(body) : null;
    if (question === null) return null;
    const channel = this.#stored(question, token);
    if (channel === null) return null;
    const { start, end, limit, isUp } = question;
    const key = `${channelKey(channel)} ${start} ${end} ${limit} ${isUp}`;
    const { states, seen } = this.#deps;
    const last = this.#asked.get(key);
    if (last !== undefined && last.at > states.now() - AGAIN_MS) return { channel, asked: last };
    const ids = seen.of(channel, question);
    if (ids.length === 0) return { channel, asked: null };
    const asked: Asked = { at: states.now(), pending: null };
    asked.pending = states.foresee(channel, ids).finally(() => {
      asked.pending = null;
    });
    this.#asked.delete(key);
    this.#asked.set(key, asked);
    if (this.#asked.size > MOST_ASKED)
      for (const oldest of this.#asked.keys()) {
        this.#asked.delete(oldest);
        break;
      }
    return { channel, asked };
  }

  /** The page has come, with these rows. */
  keep({ channel }: Foreseen, rows: readonly SeenRow[]): void {
    this.#deps.seen.keep(channel, rows);
  }

  /** Person chats are asked for by their other party, and only some who ask are known without asking. */
  #stored({ channelId, channelType }: Channel, token: string): Channel | null {
    if (channelType !== ChannelType.person) return { channelId, channelType };
    const uid = this.#deps.identities.known(token);
    return uid === undefined
      ? null
      : { channelId: storedChannelId(uid, { channelId, channelType }), channelType };
  }
}

const count = (value: unknown): number =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : 0;

/** TSDD may read it otherwise: then it was foreseen in vain. */
function questionOf(body: Buffer): (Channel & Range) | null {
  let asked: unknown;
  try {
    asked = JSON.parse(body.toString('utf8'));
  } catch {
    return null;
  }
  if (!isObject(asked)) return null;
  const { channel_id: channelId, channel_type: channelType } = asked;
  if (typeof channelId !== 'string' || channelId.length > LONGEST_ID) return null;
  return {
    channelId,
    channelType: count(channelType),
    start: count(asked['start_message_seq']),
    end: count(asked['end_message_seq']),
    limit: count(asked['limit']),
    isUp: asked['pull_mode'] === 1,
  };
}
