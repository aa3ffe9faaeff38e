/**
 * What may stand in the table `state`: every name that the store or the sync uses, and how its value looks. No value
 * holds words; one that looks otherwise, or has another name, was put there by something that is not known.
 */
import type Database from 'better-sqlite3';
import { z } from 'zod';
import { ServerRules } from '../../../../shared/domain.ts';
import { RecallLogEntry } from '../../../../shared/ipc/contract/recall.ts';

const CHANNEL = String.raw`\d{1,3}/[^\s/]{1,200}`;
const NUMBER = /^-?\d{1,20}(\.\d{1,20})?$/;
const ChannelKey = z.string().regex(new RegExp(`^${CHANNEL}$`));
const Origin = z.string().regex(/^https?:\/\/[^\s/?#@]{1,255}$/);

const isJson =
  (schema: z.ZodType) =>
  (value: string): boolean => {
    try {
      return schema.safeParse(JSON.parse(value)).success;
    } catch {
      return false;
    }
  };
const looks =
  (pattern: RegExp) =>
  (value: string): boolean =>
    pattern.test(value);

type Looks = (value: string) => boolean;

const VALUES = {
  allFriendsAtMs: looks(NUMBER),
  cacheId: looks(/^[\da-f-]{36}$/),
  draftVersion: looks(NUMBER),
  draftsWaiting: isJson(z.array(ChannelKey)),
  extraGeneration: looks(/^[\da-f]{8}$/),
  fileStores: isJson(z.array(Origin)),
  friendVersion: looks(NUMBER),
  mediaFreed: looks(/^\d{1,16}:\d{1,12}:\d{1,16}$/),
  keptFor: looks(/^\d{1,12}$/),
  lastHereMs: looks(/^\d{1,16}$/),
  offersAutoDelete: looks(/^[01]$/),
  offersPins: looks(/^(yes|no)$/),
  offersReaders: looks(/^(yes|no)$/),
  offersReactions: looks(/^(yes|no)$/),
  openedWith: looks(/^[\w.+-]{1,64}$/),
  othersWords: looks(NUMBER),
  reactionsSince: looks(/^\d{1,16}$/),
  recallLog: isJson(z.array(RecallLogEntry.strict())),
  reminderVersion: looks(NUMBER),
  rules: isJson(ServerRules.strict()),
  secureLine: looks(/^seen$/),
  segmenterPending: isJson(z.array(z.tuple([z.int(), z.int().nullable()]))),
  segmenterVersion: looks(NUMBER),
  serverOffsetMs: looks(NUMBER),
  sharedFrom: looks(/^\d{1,16}$/),
  shortNo: looks(/^[\w.@+-]{0,64}$/),
  transport: looks(/^[a-z]{1,8}$/),
} satisfies Record<string, Looks>;
const NumberLike = z.union([z.number(), z.string().regex(NUMBER)]);
const Position = z.strictObject({
  browseTo: NumberLike,
  keepMessageSeq: NumberLike,
  keepOffsetY: NumberLike,
});
/** Names that end with the key of a channel. */
const OF_CHANNELS = {
  autoDelete: looks(/^\d{1,20}:\d{1,20}$/),
  conversationPosition: isJson(Position),
  receipt: looks(/^[01]$/),
} satisfies Record<string, Looks>;

/** Whoever keeps a new value adds its name above, or the leak check takes it for something left behind. */
export type StateName = keyof typeof VALUES | `${keyof typeof OF_CHANNELS}:${string}`;

const KNOWN: ReadonlyMap<string, Looks> = new Map(Object.entries(VALUES));
const KNOWN_OF_CHANNELS: ReadonlyMap<string, Looks> = new Map(Object.entries(OF_CHANNELS));
const OF_CHANNEL = new RegExp(`^([a-zA-Z]+):${CHANNEL}$`);

export function isKnownState(name: string, value: string): boolean {
  const prefix = OF_CHANNEL.exec(name)?.[1];
  const known = prefix === undefined ? KNOWN.get(name) : KNOWN_OF_CHANNELS.get(prefix);
  return known?.(value) === true;
}

/** Values in which a word could stand and still look right: ids, origins, versions of programs. */
const COULD_HOLD_WORDS = new Set(['draftsWaiting', 'fileStores', 'openedWith', 'shortNo', 'transport']);

/** The values that look right and can hold no words: numbers, and the log of recalls with its times. */
export function wordlessStates(db: Database.Database): string[] {
  return states(db).flatMap(({ name, value }) =>
    !COULD_HOLD_WORDS.has(name) && isKnownState(name, value) ? [value] : [],
  );
}

/** Names in the table that it should not have, or with a value that is not theirs. */
export function strayStates(db: Database.Database): string[] {
  return states(db).flatMap(({ name, value }) => (isKnownState(name, value) ? [] : [name]));
}

function states(db: Database.Database): { name: string; value: string }[] {
  return db.prepare<[], { name: string; value: string }>('SELECT name, value FROM main.state').all();
}
