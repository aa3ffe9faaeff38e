/**
 * Writes a chat into a file (docs/chat-export.md), in slices between which everything else of the worker gets its turn.
 * What was recalled, deleted or edited while it was written is written anew before the file gets its name: nothing can
 * come between the last look and that.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { channelKey, type ChannelRef, type MessageView } from '../../../shared/domain.ts';
import { errorCode, reasonOf } from '../../../shared/errors.ts';
import type {
  Exported,
  ExportPlan,
  ExportProgress,
  ExportRange,
} from '../../../shared/ipc/contract/chat-export.ts';
import { picturesOf } from '../../../shared/content/rich-pictures.ts';
import { CodedError } from '../../../shared/ipc/result.ts';
import type { ExportOrder } from '../../../shared/ipc/worker-protocol.ts';
import type { AccountStore } from '../account-store/store-api.ts';
import type { Log } from '../api/http.ts';
import { safeFileName } from '../media/file-kind.ts';
import { isDiskFull } from '../media/media-folders.ts';
import type { ChangeSet } from '../store/change-log.ts';
import type { MissingRange } from '../store/tables/messages/ranges.ts';
import { type ExportEntry, type ExportWriter, hasFile, isWithheld } from './export-format.ts';
import { eraseLeftExports, ExportTarget } from './export-target.ts';
import { forwardedIn } from './forwarded.ts';
import { htmlFormat } from './formats/html-format.ts';
import { jsonFormat } from './formats/json-format.ts';
import { textFormat } from './formats/text-format.ts';

/** Messages read and written before other work gets its turn. */
const SLICE = 200;
/** Rows asked for at once of what is not on this computer. */
const ROWS = 1_000;
/** A chat in which words go all the time is written so often, not for ever. */
const MOST_PASSES = 50;
const TELL_EVERY_MS = 100;

const FORMATS = { html: htmlFormat, txt: textFormat, json: jsonFormat };

interface Options {
  accountDir: string;
  store: Pick<AccountStore, 'changes' | 'readOnly'> & {
    messages: Pick<
      AccountStore['messages'],
      'gaps' | 'lastSeq' | 'level' | 'runSlice' | 'runExtent' | 'timeAbove'
    >;
    outbox: Pick<AccountStore['outbox'], 'recallJobs'>;
    people: Pick<AccountStore['people'], 'channelInfo'>;
  };
  /** The file of a message, loaded if necessary; rejects when it is not to be had. */
  fileFor: (channel: ChannelRef, key: string) => Promise<{ path: string; name: string }>;
  /** A recording, as any program plays it; null = nobody knows how to, it is written as it is. Rejects as `fileFor`. */
  soundFor: (channel: ChannelRef, key: string) => Promise<{ bytes: Uint8Array; name: string } | null>;
  fetchRange: (range: MissingRange, rows: number, wanted: () => boolean) => Promise<void>;
  tell: (progress: ExportProgress | null) => void;
  now: () => number;
  log: Log;
}

/** One run. */
interface Run {
  order: ExportOrder;
  /** The highest seq that belongs to it: what comes later does not. */
  upTo: number;
  complete: boolean;
  stopped: boolean;
  /** Settles never, or with the error of a run that was cancelled. */
  stopping: PromiseWithResolvers<never>;
  /** Words went, or were asked to go, since the pass began. */
  stale: boolean;
  /** Names of the copied files, by message key; null = not to be had. */
  files: Map<string, string | null>;
}

interface Pass {
  messages: number;
  recalled: number;
  missingFiles: number;
  used: Set<string>;
}

export class ChatExports {
  readonly #options: Options;
  #run: Run | null = null;
  #running: Promise<Exported> | null = null;
  #progress: ExportProgress | null = null;
  #toldAt = 0;

  constructor(options: Options) {
    this.#options = options;
    eraseLeftExports(options.accountDir);
  }

  get progress(): ExportProgress | null {
    return this.#progress;
  }

  plan(range: ExportRange): ExportPlan {
    const { messages } = this.#options.store;
    const { lines, recalled, mediaBytes } = messages.runExtent(range);
    const elsewhere = this.#holes(range).reduce((sum, hole) => sum + hole.toSeq - hole.fromSeq + 1, 0);
    return { messages: lines - recalled, recalled, mediaBytes, elsewhere };
  }

  /** @throws CodedError `refused` (one runs, the disk is full), `invalidState` (cancelled). */
  async write(order: ExportOrder): Promise<Exported> {
    if (this.#running) throw new CodedError('refused', 'an export is being written already', 'busy');
    this.#running = this.#write(order);
    try {
      return await this.#running;
    } finally {
      this.#running = null;
      this.#progress = null;
      this.#options.tell(null);
    }
  }

  /** Ends what runs; nothing of it stays. */
  cancel(): void {
    if (!this.#run) return;
    this.#run.stopped = true;
    this.#run.stopping.reject(cancelled());
  }

  async close(): Promise<void> {
    this.cancel();
    await this.#running?.catch(() => undefined);
  }

  async #write(order: ExportOrder): Promise<Exported> {
    const { accountDir, store } = this.#options;
    const run: Run = {
      order,
      upTo: store.messages.lastSeq(order.channel),
      complete: true,
      stopped: false,
      stopping: Promise.withResolvers<never>(),
      stale: false,
      files: new Map(),
    };
    this.#run = run;
    // Nobody may be waiting for it when it comes.
    run.stopping.promise.catch(() => undefined);
    const unsubscribe = store.changes.subscribe((changes) => {
      run.stale ||= takesWords(changes, channelKey(order.channel));
    });
    let target: ExportTarget | null = null;
    try {
      await this.#readHoles(run);
      target = new ExportTarget(accountDir, order.path);
      return await this.#passes(run, target);
    } catch (error) {
      await target?.discard();
      throw exportError(error);
    } finally {
      unsubscribe();
      this.#run = null;
    }
  }

  async #passes(run: Run, target: ExportTarget): Promise<Exported> {
    for (let pass = 0; pass < MOST_PASSES; pass += 1) {
      run.stale = false;
      const asked = this.#asked();
      const { messages, recalled, missingFiles, used } = await this.#pass(run, target);
      await this.#dropUnused(run, target, used);
      // From here on nothing else runs until the file has its name.
      this.#stopIfWanted(run);
      if (run.stale || this.#asked() !== asked) continue;
      target.publish(used.size > 0);
      return { messages, recalled, missingFiles, complete: run.complete };
    }
    throw new CodedError('unsure', 'the chat changed all the time while it was written');
  }

  async #pass(run: Run, target: ExportTarget): Promise<Pass> {
    const { messages } = this.#options.store;
    const { order, upTo } = run;
    const total = messages.runExtent(order).lines;
    const { channel, language, name, format } = order;
    const writer: ExportWriter = FORMATS[format]({ chat: name, language, madeAt: this.#options.now() });
    const pass: Pass = { messages: 0, recalled: 0, missingFiles: 0, used: new Set() };
    const tell = (): void =>
      this.#tell({ channel, phase: 'writing', done: pass.messages + pass.recalled, total });
    const turn = async (): Promise<void> => {
      await nextTurn();
      this.#stopIfWanted(run);
    };
    await target.begin();
    await target.write(writer.begin());
    for (let after = 0; ;) {
      const slice = messages.runSlice({ ...order, after, upTo, limit: SLICE });
      const last = slice.at(-1);
      if (!last) break;
      after = last.messageSeq;
      const written: string[] = [];
      for (const message of slice) {
        const filesOf = (one: MessageView) => this.#filesOf(run, target, one, { pass, tell });
        const files = await filesOf(message);
        const forwarded = await forwardedIn(message, message, { level: messages.level, filesOf, turn });
        written.push(writer.entry({ message, ...files, ...(forwarded !== undefined && { forwarded }) }));
        // One that is full of them is as large as many.
        if (forwarded !== undefined) await target.write(written.splice(0).join(''));
        if (isWithheld(message)) pass.recalled += 1;
        else pass.messages += 1;
      }
      await target.write(written.join(''));
      tell();
      await turn();
    }
    await target.write(writer.end(run.complete));
    await target.end();
    return pass;
  }

  /** Of a message and of the pictures in its text. */
  async #filesOf(
    run: Run,
    target: ExportTarget,
    message: MessageView,
    { pass, tell }: { pass: Pass; tell: () => void },
  ): Promise<Omit<ExportEntry, 'message'>> {
    const placeOf = async (one: MessageView): Promise<string | null> => {
      // It may take its time.
      tell();
      const file = await this.#fileOf(run, target, one);
      if (file === null) pass.missingFiles += 1;
      else pass.used.add(one.key);
      return file === null ? null : `${target.folder}/${file}`;
    };
    if (!run.order.media) return { file: null, missing: false };
    const wanted = hasFile(message);
    const file = wanted ? await placeOf(message) : null;
    const pictures: (string | null)[] = [];
    for (const picture of picturesOf(message)) pictures.push(await placeOf(picture));
    return { file, missing: wanted && file === null, pictures };
  }

  /** The name of its copy in the folder; null = it has none. */
  async #fileOf(run: Run, target: ExportTarget, message: MessageView): Promise<string | null> {
    const { files, order } = run;
    if (message.flame !== null) return null;
    const known = files.get(message.key);
    if (known !== undefined) return known;
    this.#stopIfWanted(run);
    let name: string | null = null;
    try {
      const from = await Promise.race([this.#load(order.channel, message), run.stopping.promise]);
      name = safeFileName(`${String(files.size + 1).padStart(5, '0')}-${from.name}`);
      await target.addFile(from.file, name);
      // What is said is not left to whenever memory is tidied (docs/voice.md).
      if (typeof from.file !== 'string') from.file.fill(0);
    } catch (error) {
      this.#stopIfWanted(run);
      if (isOfTheTarget(error)) throw error;
      // Of somebody else's host, expired at the server, not reached; or gone in this moment.
      this.#options.log('info', `export: a file is not to be had: ${reasonOf(error)}`);
      name = null;
    }
    files.set(message.key, name);
    return name;
  }

  async #load(
    channel: ChannelRef,
    { content, key }: MessageView,
  ): Promise<{ file: string | Uint8Array; name: string }> {
    const { fileFor, soundFor } = this.#options;
    const sound = content.kind === 'voice' ? await soundFor(channel, key) : null;
    if (sound) return { file: sound.bytes, name: sound.name };
    const { name, path } = await fileFor(channel, key);
    return { file: path, name };
  }

  /** Of messages that were recalled, deleted or are another thing since they were copied. */
  async #dropUnused(run: Run, target: ExportTarget, used: ReadonlySet<string>): Promise<void> {
    for (const [key, name] of run.files) {
      if (name === null || used.has(key)) continue;
      await target.dropFile(name);
      run.files.delete(key);
    }
  }

  /** Own recalls that wait for their answer: their words are withheld everywhere, in forwards of any chat, too. */
  #asked(): string {
    return this.#options.store.outbox
      .recallJobs()
      .map(({ channel, messageKey }) => `${channelKey(channel)} ${messageKey}`)
      .sort()
      .join('\n');
  }

  /** What of the chat is not on this computer and may belong to the range, newest first. */
  #holes({ channel, since }: ExportRange): MissingRange[] {
    const { messages } = this.#options.store;
    return messages.gaps(channel, 1_000).filter((hole) => {
      const above = since === null ? null : messages.timeAbove(channel, hole.toSeq);
      return above === null || since === null || above >= since;
    });
  }

  async #readHoles(run: Run): Promise<void> {
    const { channel } = run.order;
    const left = (): number =>
      this.#holes(run.order).reduce((sum, hole) => sum + hole.toSeq - hole.fromSeq + 1, 0);
    const total = left();
    try {
      for (let [hole] = this.#holes(run.order); hole; [hole] = this.#holes(run.order)) {
        const before = left();
        this.#tell({ channel, phase: 'reading', done: Math.max(0, total - before), total });
        const reading = this.#options.fetchRange(hole, ROWS, () => !run.stopped);
        await Promise.race([reading, run.stopping.promise]);
        // A server that answers nothing of it will not the next time either.
        if (left() >= before) break;
      }
    } catch (error) {
      if (run.stopped) throw error;
      this.#options.log('info', `export: not all of the history could be read: ${reasonOf(error)}`);
    }
    run.complete = left() === 0;
  }

  #stopIfWanted({ stopped }: Run): void {
    if (stopped) throw cancelled();
  }

  #tell(progress: ExportProgress): void {
    this.#progress = progress;
    const now = this.#options.now();
    if (now - this.#toldAt < TELL_EVERY_MS) return;
    this.#toldAt = now;
    this.#options.tell(progress);
  }
}

const cancelled = (): CodedError => new CodedError('invalidState', 'the export was cancelled', 'cancelled');

/** Whether words went that the chat shows: its own, or of what it quotes. */
function takesWords(changes: ChangeSet, key: string): boolean {
  if (changes.reload.has(key) || (changes.messages.get(key)?.removed.size ?? 0) > 0) return true;
  const took = changes.recalled.length > 0 || changes.wordsGone.length > 0;
  return took && changes.messages.has(key);
}

/** Whether it is the export that cannot be written, and not this file that is not to be had. */
const isOfTheTarget = (error: unknown): boolean =>
  error instanceof CodedError ? error.field === 'diskFull' : errorCode(error) !== 'ENOENT';

function exportError(error: unknown): CodedError {
  if (error instanceof CodedError) return error;
  if (isDiskFull(error)) return new CodedError('refused', 'the disk is full', 'diskFull');
  return new CodedError('refused', `not written: ${errorCode(error) || 'unknown error'}`, 'notWritable');
}
