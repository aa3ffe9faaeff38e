/**
 * What this device must know and show after a history, written from the rules (recall.md, storage.md) and from nothing
 * of the store: facts are gathered in sets, everything shown is computed from them at the end.
 *
 * - A recall covers every delivered message of the same (channel, sender, client_msg_no), and beats all the rest.
 * - Of several delivered copies the one with the lowest seq is shown.
 * - Edits: highest version. Deletion by anybody: gone. Type 99 and 1006 and the copies: never a line.
 * - unread = last seq - read position - known messages above it that do not count.
 */
import { ME, type Step, type WorldMessage } from './history.ts';

export interface ModelLine {
  index: number | null;
  own: boolean;
  state: 'content' | 'recalled' | 'pending';
  text: string;
  edited: boolean;
  revoker: string | null;
  quote: { state: 'ok' | 'recalled' | 'missing'; text: string } | null;
  sent: boolean;
}

export interface ModelRow {
  seq: number;
  recalled: boolean;
  deleted: boolean;
  copy: boolean;
  /** Searchable text that is left. */
  text: string | null;
}

export interface ModelConversation {
  unread: number;
  mentions: number;
  lastSeq: number;
  readSeq: number;
  preview: ModelLine | null;
  draft: string;
}

interface Extra {
  revoked: boolean;
  revokers: { version: number; uid: string }[];
  edits: { version: number; text: string }[];
  deleted: boolean;
  /** A source said whose message it is. */
  identified: boolean;
}

interface ChannelFacts {
  lastSeq: number;
  readSeq: number | null;
  firstLive: number | null;
  listed: boolean;
  known: Set<number>;
  draft: { text: string; replyTo: number } | null;
}

const nothingKnown = (): ChannelFacts => ({
  lastSeq: 0,
  readSeq: null,
  firstLive: null,
  listed: false,
  known: new Set(),
  draft: null,
});

/** The words of a message and of its edits: `wordOf` is unique to a test run. */
export interface Words {
  message(root: number): string;
  edit(index: number, version: number): string;
}

export const editMentions = (version: number): boolean => version % 2 === 1;

export class HistoryModel {
  readonly world: readonly WorldMessage[];
  readonly #words: Words;
  readonly #delivered = new Set<number>();
  readonly #extras = new Map<number, Extra>();
  readonly #channels: [ChannelFacts, ChannelFacts];
  readonly #reminders = new Map<number, { version: number; done: boolean }>();
  /** Roots of own messages that wait in the outbox, in order of composing. */
  readonly queued: { root: number; recallOnAck: boolean }[] = [];
  /** Roots somebody here asked to recall, not answered yet. */
  readonly #asked = new Set<number>();
  /** Messages with an edit that waits in the outbox. */
  readonly #queuedEdits = new Set<number>();

  constructor(world: readonly WorldMessage[], words: Words) {
    this.world = world;
    this.#words = words;
    this.#channels = [nothingKnown(), nothingKnown()];
  }

  #at(index: number): WorldMessage {
    const message = this.world[index];
    if (!message) throw new Error(`no message ${index}`);
    return message;
  }
  #channel(channel: number): ChannelFacts {
    return this.#channels[channel === 0 ? 0 : 1];
  }
  #extra(index: number): Extra {
    let extra = this.#extras.get(index);
    if (!extra) {
      extra = { revoked: false, revokers: [], edits: [], deleted: false, identified: false };
      this.#extras.set(index, extra);
    }
    return extra;
  }
  #revoke(index: number, version: number, uid: string | null, identified = false): void {
    const extra = this.#extra(index);
    extra.revoked = true;
    extra.identified ||= identified;
    if (uid !== null) extra.revokers.push({ version, uid });
  }

  delivered(index: number): boolean {
    return this.#delivered.has(index);
  }
  inOutbox(root: number): boolean {
    return this.queued.some((job) => job.root === root);
  }
  anyCopyDelivered(root: number): boolean {
    return this.world.some((message) => message.root === root && this.#delivered.has(message.index));
  }

  #deliver(index: number): void {
    const message = this.#at(index);
    this.#delivered.add(index);
    const facts = this.#channel(message.channel);
    facts.lastSeq = Math.max(facts.lastSeq, message.seq);
    facts.known.add(message.seq);
    const job = this.queued.findIndex((one) => one.root === message.root);
    if (job < 0) return;
    const [left] = this.queued.splice(job, 1);
    if (left?.recallOnAck) this.#asked.add(message.root);
  }
  #arrivedNow(message: WorldMessage): void {
    const facts = this.#channel(message.channel);
    facts.listed = true;
    facts.firstLive = Math.min(facts.firstLive ?? message.seq, message.seq);
  }

  // ---- what happens; the caller has checked that it can ----

  take(step: Step): void {
    switch (step.do) {
      case 'live':
        for (const index of step.of) {
          this.#deliver(index);
          if (!isHidden(this.#at(index))) this.#arrivedNow(this.#at(index));
        }
        return;
      case 'history': {
        const facts = this.#channel(step.channel);
        for (const message of this.page(step.channel, step.from, step.to)) this.#deliver(message.index);
        for (let seq = step.from; seq <= step.to; seq += 1) facts.known.add(seq);
        for (const index of step.recalled)
          this.#revokeIfIn(index, this.page(step.channel, step.from, step.to));
        return;
      }
      case 'conversation': {
        const facts = this.#channel(step.channel);
        const recents = this.recents(step.channel, step.recents);
        for (const message of recents) this.#deliver(message.index);
        for (const index of step.recalled) this.#revokeIfIn(index, recents);
        facts.listed = true;
        facts.lastSeq = Math.max(facts.lastSeq, step.last);
        facts.readSeq = Math.max(facts.readSeq ?? 0, step.last - step.unread);
        return;
      }
      case 'queue':
        this.queued.push({ root: this.#at(step.of).root, recallOnAck: false });
        this.#channel(this.#at(step.of).channel).listed = true;
        return;
      case 'acknowledge':
        this.#deliver(step.of);
        this.#arrivedNow(this.#at(step.of));
        return;
      case 'recallOnAck':
        for (const job of this.queued) if (job.root === this.#at(step.of).root) job.recallOnAck = true;
        return;
      case 'askRecall':
        this.#asked.add(this.#at(step.of).root);
        return;
      case 'ownRecall':
        return this.#revoke(step.of, 0, ME, true);
      case 'recallPage':
        for (const index of step.of) this.#revoke(index, step.version, step.revoker);
        return;
      case 'edit':
        this.#extra(step.of).edits.push({
          version: step.version,
          text: this.#words.edit(step.of, step.version),
        });
        return;
      case 'mutualDelete':
      case 'deleteForMe':
        this.#extra(step.of).deleted = true;
        return;
      case 'queueEdit':
        this.#queuedEdits.add(step.of);
        return;
      case 'draft':
        this.#channel(step.channel).draft = { text: 'draft', replyTo: step.replyTo };
        return;
      case 'markRead': {
        const facts = this.#channel(step.channel);
        facts.readSeq = Math.max(this.#read(facts), step.seq);
        return;
      }
      case 'reminder': {
        const before = this.#reminders.get(step.of);
        if (before && before.version > step.version) return;
        const done = step.done || (before?.version === step.version && before.done);
        this.#reminders.set(step.of, { version: step.version, done });
        return;
      }
      case 'push':
      case 'reopen':
        return;
      default:
        step satisfies never;
    }
  }

  #revokeIfIn(index: number, delivered: readonly WorldMessage[]): void {
    const message = delivered.find((one) => one.index === index);
    if (message) this.#revoke(index, 0, message.author);
  }
  page(channel: number, from: number, to: number): WorldMessage[] {
    return this.world.filter(
      (message) => message.channel === channel && message.seq >= from && message.seq <= to,
    );
  }
  recents(channel: number, count: number): WorldMessage[] {
    const all = this.world.filter((message) => message.channel === channel);
    return all.slice(all.length - Math.min(count, all.length));
  }

  // ---- what follows ----

  #members(root: number): WorldMessage[] {
    return this.world.filter((message) => message.root === root && this.#delivered.has(message.index));
  }
  /** Extras that speak for the message: of what was delivered, or said whose it is. */
  #extrasOf(root: number): Extra[] {
    return this.world
      .filter((message) => message.root === root)
      .flatMap((message) => {
        const extra = this.#extras.get(message.index);
        return extra && (this.#delivered.has(message.index) || extra.identified) ? [extra] : [];
      });
  }
  #isRecalled(root: number): boolean {
    return this.#members(root).length > 0 && this.#extrasOf(root).some((extra) => extra.revoked);
  }
  #isDeleted(root: number): boolean {
    return this.#extrasOf(root).some((extra) => extra.deleted);
  }
  #isAsked(root: number): boolean {
    return this.#asked.has(root) && !this.#isRecalled(root);
  }
  #standing(root: number): WorldMessage | null {
    const [first] = this.#members(root).sort((a, b) => a.seq - b.seq);
    return first && !isHidden(first) && !this.#isDeleted(root) ? first : null;
  }
  #edit(root: number): { version: number; text: string } | null {
    const edits = this.#extrasOf(root).flatMap((extra) => extra.edits);
    edits.sort((a, b) => b.version - a.version || (a.text < b.text ? 1 : -1));
    return edits[0] ?? null;
  }
  #text(root: number): string {
    const message = this.#at(root);
    if (message.kind === 'odd') return '[暂不支持的消息类型]';
    return this.#edit(root)?.text ?? this.#words.message(root);
  }
  #revoker(root: number): string | null {
    const named = this.#extrasOf(root).flatMap((extra) => extra.revokers);
    named.sort((a, b) => b.version - a.version || (a.uid < b.uid ? 1 : -1));
    return named[0]?.uid ?? null;
  }
  #counts(message: WorldMessage): boolean {
    return (
      message.author !== ME &&
      this.#standing(message.root)?.index === message.index &&
      !this.#isRecalled(message.root)
    );
  }
  #mentions(message: WorldMessage): boolean {
    if (!this.#counts(message) || message.kind !== 'text') return false;
    const edit = this.#edit(message.root);
    return edit ? editMentions(edit.version) : message.mention !== 'none';
  }
  #quote(message: WorldMessage): ModelLine['quote'] {
    if (message.quote === null) return null;
    const quoted = this.#at(message.quote);
    if (!this.#delivered.has(quoted.index)) {
      const revoked = this.#extras.get(quoted.index)?.revoked === true;
      return { state: revoked ? 'recalled' : 'missing', text: '' };
    }
    if (this.#isRecalled(quoted.root) || this.#isAsked(quoted.root)) return { state: 'recalled', text: '' };
    return this.#standing(quoted.root)
      ? { state: 'ok', text: this.#text(quoted.root) }
      : { state: 'missing', text: '' };
  }
  #read(facts: ChannelFacts): number {
    return facts.readSeq ?? (facts.firstLive === null ? facts.lastSeq : facts.firstLive - 1);
  }

  #line(message: WorldMessage): ModelLine {
    const base = { index: message.index, own: message.author === ME, sent: true };
    const nothing = { text: '', edited: false, quote: null };
    if (this.#isRecalled(message.root)) {
      return { ...base, ...nothing, state: 'recalled', revoker: this.#revoker(message.root) };
    }
    if (this.#isAsked(message.root)) return { ...base, ...nothing, state: 'pending', revoker: null };
    return {
      ...base,
      state: 'content',
      text: this.#text(message.root),
      edited: this.#edit(message.root) !== null,
      revoker: null,
      quote: this.#quote(message),
    };
  }
  #jobLine(job: { root: number; recallOnAck: boolean }): ModelLine {
    const message = this.#at(job.root);
    const base = { index: null, own: true, edited: false, revoker: null, sent: false };
    if (job.recallOnAck) return { ...base, state: 'pending', text: '', quote: null };
    return { ...base, state: 'content', text: this.#words.message(job.root), quote: this.#quote(message) };
  }

  lines(channel: number): ModelLine[] {
    const shown = this.world.filter(
      (message) => message.channel === channel && this.#standing(message.root)?.index === message.index,
    );
    const jobs = this.queued.filter((job) => this.#at(job.root).channel === channel);
    return [
      ...shown.sort((a, b) => a.seq - b.seq).map((message) => this.#line(message)),
      ...jobs.map((job) => this.#jobLine(job)),
    ];
  }

  rows(channel: number): ModelRow[] {
    return this.world
      .filter((message) => message.channel === channel && this.#delivered.has(message.index))
      .sort((a, b) => a.seq - b.seq)
      .map((message) => {
        const standing = this.#standing(message.root);
        const readable =
          standing?.index === message.index && !this.#isRecalled(message.root) && message.kind === 'text';
        const [first] = this.#members(message.root).sort((a, b) => a.seq - b.seq);
        return {
          seq: message.seq,
          recalled: this.#isRecalled(message.root),
          deleted: this.#isDeleted(message.root),
          copy: first?.index !== message.index,
          text: readable ? this.#text(message.root) : null,
        };
      });
  }

  conversation(channel: number): ModelConversation | null {
    const facts = this.#channel(channel);
    if (!facts.listed) return null;
    const read = this.#read(facts);
    const cached = this.world.filter(
      (message) => message.channel === channel && this.#delivered.has(message.index),
    );
    const uncounted = cached.filter(
      (message) => message.seq > read && message.seq <= facts.lastSeq && !this.#counts(message),
    );
    const reminders = [...this.#reminders].filter(([index, reminder]) => {
      const message = this.#at(index);
      return (
        message.channel === channel &&
        !reminder.done &&
        message.seq > read &&
        !this.#delivered.has(index) &&
        this.#extras.get(index)?.revoked !== true
      );
    });
    return {
      unread: Math.max(0, facts.lastSeq - read - uncounted.length),
      mentions:
        cached.filter((message) => message.seq > read && this.#mentions(message)).length + reminders.length,
      lastSeq: facts.lastSeq,
      readSeq: read,
      preview: this.lines(channel).at(-1) ?? null,
      draft: facts.draft?.text ?? '',
    };
  }

  /** Seqs up to the highest known one that nobody has told yet. */
  gaps(channel: number): number[] {
    const { lastSeq, known } = this.#channel(channel);
    return Array.from({ length: lastSeq }, (_, at) => at + 1).filter((seq) => !known.has(seq));
  }

  /** Is the message known to be recalled: as it is cached, or by its id? */
  knownRecalled(index: number): boolean {
    if (this.#delivered.has(index)) return this.#isRecalled(this.#at(index).root);
    return this.#extras.get(index)?.revoked === true;
  }

  /** Messages that a search for their own words finds. */
  found(root: number): 'original' | 'edit' | 'nothing' {
    const standing = this.#standing(root);
    if (!standing || standing.kind !== 'text' || this.#isRecalled(root) || this.#isAsked(root))
      return 'nothing';
    return this.#edit(root) ? 'edit' : 'original';
  }
  editText(root: number): string | null {
    return this.#edit(root)?.text ?? null;
  }

  draftReplyTo(channel: number): number | null | undefined {
    const draft = this.#channel(channel).draft;
    if (!draft) return undefined;
    return this.knownRecalled(draft.replyTo) ? null : draft.replyTo;
  }
  queuedEdits(): number[] {
    return [...this.#queuedEdits].filter((index) => !this.knownRecalled(index)).sort((a, b) => a - b);
  }
  /** Can an own recall of it be asked for here and now? */
  askable(index: number): boolean {
    const { root } = this.#at(index);
    return this.#standing(root) !== null && !this.#isRecalled(root) && !this.#asked.has(root);
  }
  asked(): number[] {
    return [...this.#asked].filter((root) => this.#isAsked(root)).sort((a, b) => a - b);
  }
}

export const isHidden = (message: WorldMessage): boolean =>
  message.kind === 'cmd' || message.kind === 'notice';
