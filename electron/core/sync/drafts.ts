/**
 * Drafts on all devices of the account (TSDD's conversation extra, tsdd-api.md 4.2). Read by version; written a moment
 * after typing stops. What is written here and not yet on the server wins over what comes from there: the words under
 * somebody's hands are never replaced. Which drafts wait to be uploaded survives restarts; their words are only in
 * outbox.db. Mentions and the quote of a draft stay on the device where it was written.
 */
import { channelKey, type ChannelRef, parseChannelKey } from '../../../shared/domain.ts';
import { reasonOf } from '../../../shared/errors.ts';
import { CodedError } from '../../../shared/ipc/result.ts';
import type { ConversationExtra } from '../api/conversation-calls.ts';
import { KeyedRunner } from './keyed-runner.ts';
import type { SyncContext } from './sync-context.ts';

const VERSION_STATE = 'draftVersion';
const WAITING_STATE = 'draftsWaiting';
/** + channel key: what other clients keep in the same record, which an upload would overwrite. */
const POSITION_STATE = 'conversationPosition:';
const UPLOAD_DELAY_MS = 3_000;
/** The server takes no more; a longer draft stays on this device. */
const MAX_DRAFT = 1_000;

type Position = Pick<ConversationExtra, 'browseTo' | 'keepMessageSeq' | 'keepOffsetY'>;
const NO_POSITION: Position = { browseTo: 0, keepMessageSeq: 0, keepOffsetY: 0 };

export interface DraftSync {
  /** A draft was written on this device. */
  changed: (channel: ChannelRef) => void;
  /** Uploads now what waits for the end of typing: the channel was left. */
  left: (channel: ChannelRef) => void;
  /** Reads what other devices wrote, then uploads what waits. */
  sync: () => Promise<void>;
  close: () => void;
}

export function createDraftSync({ api, store, log, push, isOnline }: SyncContext): DraftSync {
  const timers = new Map<string, NodeJS.Timeout>();
  const runner = new KeyedRunner({ burst: 4, refillMs: 1_000, concurrency: 1, run });

  function waiting(): Set<string> {
    const state = store.state.get(WAITING_STATE);
    if (state !== null) return new Set(JSON.parse(state) as string[]);
    // A new cache: nobody knows any more what is on the server, so that the drafts of this device win.
    return new Set(
      store.conversations.list().flatMap((c) => (c.draft === '' ? [] : [channelKey(c.channel)])),
    );
  }

  function setWaiting(keys: ReadonlySet<string>): void {
    store.state.set(WAITING_STATE, JSON.stringify([...keys]));
  }

  function positionOf(key: string): Position {
    const state = store.state.get(`${POSITION_STATE}${key}`);
    return state === null ? NO_POSITION : (JSON.parse(state) as Position);
  }

  async function run(): Promise<void> {
    if (store.readOnly) return;
    await readOthers();
    await uploadWaiting();
  }

  async function readOthers(): Promise<void> {
    const version = Number(store.state.get(VERSION_STATE) ?? '0') || 0;
    const extras = await api.conversationExtras(version);
    const own = waiting();
    setWaiting(own);
    for (const extra of extras) {
      const key = channelKey(extra.channel);
      const { browseTo, keepMessageSeq, keepOffsetY } = extra;
      store.state.set(`${POSITION_STATE}${key}`, JSON.stringify({ browseTo, keepMessageSeq, keepOffsetY }));
      if (own.has(key) || (store.outbox.draft(extra.channel)?.text ?? '') === extra.draft) continue;
      store.outbox.setDraft(extra.channel, {
        text: extra.draft,
        mention: { all: false, uids: [] },
        mentionNames: {},
        replyToMessageId: null,
      });
      push({ kind: 'draft', channel: extra.channel });
    }
    const highest = extras.reduce((max, extra) => Math.max(max, extra.version), version);
    if (highest > version) store.state.set(VERSION_STATE, String(highest));
  }

  async function uploadWaiting(): Promise<void> {
    for (const key of waiting()) {
      // Still being written: its timer will come.
      if (!timers.has(key)) await upload(key);
    }
  }

  async function upload(key: string): Promise<void> {
    const channel = parseChannelKey(key);
    const text = (): string => store.outbox.draft(channel)?.text ?? '';
    const sent = text();
    if (sent.length > MAX_DRAFT) {
      log('info', `a draft of ${sent.length} characters is too long for the server and stays on this device`);
      return;
    }
    try {
      await api.setConversationExtra(channel, { ...positionOf(key), draft: sent });
    } catch (error) {
      if (!(error instanceof CodedError) || error.code !== 'refused') throw error;
      // Not a member any more …: it stays here.
      log('info', `a draft was refused: ${reasonOf(error)}`);
    }
    // Written on meanwhile: the next upload takes it.
    if (text() !== sent) return;
    const left = waiting();
    if (left.delete(key)) setWaiting(left);
  }

  function inBackground(): void {
    if (!isOnline()) return;
    runner.request('all').catch((error: unknown) => log('info', `drafts: ${reasonOf(error)}`));
  }

  function stop(key: string): boolean {
    clearTimeout(timers.get(key));
    return timers.delete(key);
  }

  return {
    changed(channel) {
      const key = channelKey(channel);
      const keys = waiting();
      if (!keys.has(key)) setWaiting(keys.add(key));
      stop(key);
      timers.set(
        key,
        setTimeout(() => {
          stop(key);
          inBackground();
        }, UPLOAD_DELAY_MS),
      );
    },
    left(channel) {
      if (stop(channelKey(channel))) inBackground();
    },
    sync: () => runner.request('all'),
    close() {
      for (const key of timers.keys()) stop(key);
      runner.close();
    },
  };
}
