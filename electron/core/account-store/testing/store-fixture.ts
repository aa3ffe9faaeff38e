/** A store on a temporary folder with a clock the test moves, and short ways to say what the server delivered. */
import { rmSync } from 'node:fs';
import type { ChannelRef } from '../../../../shared/domain.ts';
import {
  NO_EXTRA,
  type ServerConversation,
  type ServerExtra,
  type ServerMessage,
} from '../../store/server-records.ts';
import { openStore, type OpenStore } from '../open-store.ts';
import { tempFolder } from '../../../../shared/testing/temp-folder.ts';

export const ME = { uid: 'u-me', name: 'Me' };
export const GROUP: ChannelRef = { channelId: 'g-1', channelType: 2 };
export const OTHER_GROUP: ChannelRef = { channelId: 'g-2', channelType: 2 };
export const PERSON: ChannelRef = { channelId: 'u-bob', channelType: 1 };
/** Unix seconds at which every test starts. */
export const START = 1_795_424_770;

export interface Fixture {
  readonly dir: string;
  store: OpenStore;
  /** Local and server clock, ms. */
  nowMs: number;
  offerReedit: boolean;
  /** Takes effect with the next `reopen`. */
  localStorageDays: number | null;
  readonly logged: string[];
  reopen(): OpenStore;
  /** Opens again after the test closed the store itself. */
  reopenFresh(): OpenStore;
  dispose(): void;
}

export function createFixture(): Fixture {
  const dir = tempFolder('wukong-store-');
  const open = (): OpenStore =>
    openStore({
      accountDir: dir,
      me: ME,
      now: () => fixture.nowMs,
      serverOffsetMs: () => 0,
      offerReedit: () => fixture.offerReedit,
      localStorageDays: fixture.localStorageDays,
      log: (level, message) => void fixture.logged.push(`${level}: ${message}`),
    });
  const fixture: Fixture = {
    dir,
    nowMs: START * 1000,
    offerReedit: true,
    localStorageDays: null,
    logged: [],
    store: undefined as unknown as OpenStore,
    reopen() {
      fixture.store.close();
      fixture.store = open();
      return fixture.store;
    },
    reopenFresh() {
      fixture.store = open();
      return fixture.store;
    },
    dispose() {
      fixture.store.close();
      rmSync(dir, { recursive: true, force: true });
    },
  };
  fixture.store = open();
  return fixture;
}

/** An id in the range real servers use (above 2^53), ascending with `n`. */
export const idOf = (n: number): string => (2_124_791_608_111_960_064n + BigInt(n)).toString();

export const text = (content: string, more: Record<string, unknown> = {}): Record<string, unknown> => ({
  type: 1,
  content,
  ...more,
});

/** Message number `seq` of a channel, by default "message <seq>" of bob's in the group. */
export function message(seq: number, change: Partial<ServerMessage> = {}): ServerMessage {
  return {
    channel: GROUP,
    messageId: idOf(seq),
    messageSeq: seq,
    clientMsgNo: `no-${seq}`,
    fromUid: 'u-bob',
    timestamp: START + seq,
    expire: 0,
    setting: 0,
    payload: text(`message ${seq}`),
    deleted: false,
    extra: null,
    ...change,
  };
}

export function extraOf(messageId: string, change: Partial<ServerExtra> = {}): ServerExtra {
  return { ...NO_EXTRA, messageId, ...change };
}

export function conversation(change: Partial<ServerConversation> = {}): ServerConversation {
  return {
    channel: GROUP,
    unread: 0,
    muted: false,
    pinned: false,
    timestamp: START,
    lastMessageSeq: 0,
    offsetSeq: 0,
    version: '0',
    recents: [],
    ...change,
  };
}

export const found = (store: OpenStore, query: string): string[] =>
  store
    .search({ text: query, channel: null, cursor: null, limit: 50, fromUid: null, since: null, until: null })
    .messages.map((hit) => hit.message.key);
