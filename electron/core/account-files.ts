/** What of an account lies beside its databases: files of messages, pictures of people and groups, and exports. */
import type { CoreDelta } from '../../shared/ipc/contract/events.ts';
import { type MediaRules, OPEN_RULES } from '../../shared/media-rules.ts';
import { failureOf, type Result } from '../../shared/ipc/result.ts';
import type { FromWorker, ToWorker, WorkerStart } from '../../shared/ipc/worker-protocol.ts';
import type { OpenStore } from './account-store/open-store.ts';
import type { BusinessApi } from './api/business-api.ts';
import type { Log } from './api/http.ts';
import { Avatars } from './avatars/avatars.ts';
import { ChatExports } from './export/chat-exports.ts';
import { Media } from './media/media.ts';
import { StickerPacks } from './stickers/sticker-packs.ts';
import type { HistorySync } from './sync/history-sync.ts';
import { Voices } from './voice/voices.ts';

interface Outwards {
  post: (message: FromWorker) => void;
  push: (delta: CoreDelta) => void;
  /** Made later. */
  history: () => HistorySync;
  /** ms; null = no connection has measured it since the start. */
  serverNow: () => number | null;
}

/** What the shell asks for, which no page may: they have paths. */
export type AskedByShell = Extract<ToWorker, { kind: 'mediaFile' | 'filmUntil' | 'exportChat' }>;

export class AccountFiles {
  readonly media: Media;
  readonly voices: Voices;
  readonly avatars: Avatars;
  readonly exports: ChatExports;
  readonly packs: StickerPacks;
  #rules: MediaRules;
  #isClosed = false;

  constructor(
    { accountDir, mediaRules = OPEN_RULES, uid }: WorkerStart,
    store: OpenStore,
    api: BusinessApi,
    { history, post, push, serverNow }: Outwards,
    logFor: (scope: string) => Log,
  ) {
    this.#rules = mediaRules;
    this.media = new Media({
      rules: () => this.#rules,
      accountDir,
      me: { uid },
      store,
      api,
      serverNow,
      push: (transfers) => push({ kind: 'transfers', transfers }),
      announce: post,
      log: logFor('media'),
    });
    this.voices = new Voices(this.media);
    this.avatars = new Avatars({
      accountDir,
      api,
      announce: post,
      push: (avatars) => push({ kind: 'avatars', avatars }),
      readOnly: () => store.readOnly,
      log: logFor('avatars'),
    });
    this.packs = new StickerPacks({ accountDir, api, store, log: logFor('stickers') });
    this.exports = new ChatExports({
      accountDir,
      store,
      fileFor: (channel, key) => this.media.fileForExport(channel, key),
      soundFor: (channel, key) => this.voices.toWrite(channel, key),
      fetchRange: (range, rows, wanted) => history().fetchRange(range, rows, 'down', wanted),
      tell: (progress) => push({ kind: 'export', progress }),
      now: () => Date.now(),
      log: logFor('export'),
    });
  }

  /** What handlers work on. */
  get parts(): Pick<AccountFiles, 'media' | 'voices' | 'avatars' | 'exports' | 'packs'> {
    const { avatars, exports, media, packs, voices } = this;
    return { avatars, exports, media, packs, voices };
  }

  followRules(rules: MediaRules): void {
    const { keepDays, limitBytes } = this.#rules;
    this.#rules = rules;
    if (rules.keepDays !== keepDays || rules.limitBytes !== limitBytes) this.media.cleanup.rulesChanged();
  }

  async answer(asked: AskedByShell): Promise<Result<unknown>> {
    if (this.#isClosed) return { ok: false, code: 'signedOut', message: 'the account is closing' };
    try {
      return { ok: true, value: await this.#answerOf(asked) };
    } catch (error) {
      return failureOf(error);
    }
  }

  #answerOf(asked: AskedByShell): Promise<unknown> {
    switch (asked.kind) {
      case 'mediaFile':
        return this.media.fileFor(asked.channel, asked.key, asked.use);
      case 'filmUntil':
        return this.media.films.until(asked.token, asked.from);
      case 'exportChat':
        return this.exports.write(asked.order);
      default:
        return asked satisfies never;
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.voices.close();
    await Promise.all([this.exports.close(), this.media.close(), this.avatars.close()]);
  }
}
