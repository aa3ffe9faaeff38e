/**
 * What this device must know and show after a history, written from the rules (recall.md, storage.md) and from nothing
 * of the store: the facts are sets (history-facts.ts), everything shown is computed from them at the end.
 *
 * - A recall covers every delivered message of the same (channel, sender, client_msg_no), and beats all the rest.
 * - Of several delivered copies the one with the lowest seq is shown.
 * - What burns after reading says nothing but that, unless it is open; in lists, quotes and the search never.
 * - What was streamed into it takes the place of its words, and is found when it is complete, or may be.
 * - Edits: highest version, before what was streamed; of any kind they make a text, or a picture. Deletion by anybody,
 *   life span over: gone. Type 99 and 1006 and the copies: never a line.
 * - unread = last seq - read position - known messages above it that do not count.
 */
import { HistoryFacts, isHidden } from './history-facts.ts';
import { kindOf, kindOfEdit, type Kind } from './history-kinds.ts';
import { ME, type WorldMessage } from './history.ts';

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
  /** Kept over a recall. */
  heard: boolean;
  /** Searchable text that is left. */
  text: string | null;
  /** Where it stands in the shared content of its chat: as a text with a link (3), or as its kind does; 0 = nowhere. */
  shared: number;
}

export interface ModelConversation {
  unread: number;
  mentions: number;
  lastSeq: number;
  readSeq: number;
  preview: ModelLine | null;
  draft: string;
}

/** Somebody said it, and it can be understood. */
const speaks = ({ kind }: WorldMessage): boolean => kind === 'text' || kindOf(kind) !== null;

/** What is shown of what burns after reading. */
const COVER = '[阅后即焚消息]';

const sorted = (roots: Iterable<number>): number[] => [...roots].sort((a, b) => a - b);

/** What a search looks at; a text is looked at as it is. */
const indexed = ({ kind, words }: { kind: Kind | null; words: string }): string | null =>
  kind ? kind.indexed(words) : words;

export const editMentions = (version: number): boolean => version % 2 === 1 && kindOfEdit(version) === null;

export class HistoryModel extends HistoryFacts {
  #isRecalled(root: number): boolean {
    return this.members(root).length > 0 && this.extrasOf(root).some((extra) => extra.revoked);
  }
  #isDeleted(root: number): boolean {
    if (this.timeHasPassed && this.at(root).expires) return true;
    return this.extrasOf(root).some((extra) => extra.deleted);
  }
  #isAsked(root: number): boolean {
    return this.askedRoots.has(root) && !this.#isRecalled(root);
  }
  #standing(root: number): WorldMessage | null {
    const [first] = this.members(root).sort((a, b) => a.seq - b.seq);
    return first && !isHidden(first) && !this.#isDeleted(root) ? first : null;
  }
  #edit(root: number): { version: number; text: string } | null {
    if (this.at(root).kind === 'system') return null;
    const edits = this.extrasOf(root).flatMap((extra) => extra.edits);
    edits.sort((a, b) => b.version - a.version || (a.text < b.text ? 1 : -1));
    return edits[0] ?? null;
  }
  #text(root: number): string {
    const message = this.at(root);
    if (message.kind === 'odd') return '[暂不支持的消息类型]';
    // Nobody knows its wording, so none of its words are kept.
    if (message.kind === 'system') return '';
    const { kind, words } = this.#said(root);
    return kind ? kind.line(words, message.author === ME ? 'Me' : null) : words;
  }
  /** As which kind it stands there now (null = as a text), and with which words. */
  #said(root: number): { kind: Kind | null; words: string } {
    const edit = this.#edit(root);
    if (edit) return { kind: kindOfEdit(edit.version), words: edit.text };
    const streamed = this.streamText(root);
    if (streamed !== null) return { kind: null, words: streamed };
    return { kind: kindOf(this.at(root).kind), words: this.words.message(root) };
  }
  #grows(root: number): boolean {
    return this.#edit(root) === null && this.streams.get(root)?.grows === true;
  }
  #isCovered(root: number): boolean {
    return this.at(root).flame && !this.openRoots.has(root);
  }
  #digest(root: number): string {
    return this.at(root).flame ? COVER : this.#text(root);
  }
  #revoker(root: number): string | null {
    const named = this.extrasOf(root).flatMap((extra) => extra.revokers);
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
    const edit = this.#edit(message.root);
    if (!this.#counts(message)) return false;
    return edit ? editMentions(edit.version) : message.kind === 'text' && message.mention !== 'none';
  }
  #quote(message: WorldMessage): ModelLine['quote'] {
    if (message.quote === null) return null;
    const quoted = this.at(message.quote);
    if (!this.deliveredOnes.has(quoted.index)) {
      const revoked = this.extras.get(quoted.index)?.revoked === true;
      return { state: revoked ? 'recalled' : 'missing', text: '' };
    }
    if (this.#isRecalled(quoted.root) || this.#isAsked(quoted.root)) return { state: 'recalled', text: '' };
    return this.#standing(quoted.root)
      ? { state: 'ok', text: this.#digest(quoted.root) }
      : { state: 'missing', text: '' };
  }
  #line(message: WorldMessage): ModelLine {
    const base = { index: message.index, own: message.author === ME, sent: true };
    const nothing = { text: '', edited: false, quote: null };
    if (this.#isRecalled(message.root)) {
      return { ...base, ...nothing, state: 'recalled', revoker: this.#revoker(message.root) };
    }
    if (this.#isAsked(message.root)) return { ...base, ...nothing, state: 'pending', revoker: null };
    const isCovered = this.#isCovered(message.root);
    return {
      ...base,
      state: 'content',
      text: isCovered ? COVER : this.#text(message.root),
      edited: this.#edit(message.root) !== null,
      revoker: null,
      quote: isCovered ? null : this.#quote(message),
    };
  }
  #jobLine(job: { root: number; recallOnAck: boolean }): ModelLine {
    const message = this.at(job.root);
    const base = { index: null, own: true, edited: false, revoker: null, sent: false };
    if (job.recallOnAck) return { ...base, state: 'pending', text: '', quote: null };
    if (message.flame) return { ...base, state: 'content', text: COVER, quote: null };
    return { ...base, state: 'content', text: this.words.message(job.root), quote: this.#quote(message) };
  }

  lines(channel: number): ModelLine[] {
    const shown = this.world.filter(
      (message) => message.channel === channel && this.#standing(message.root)?.index === message.index,
    );
    const jobs = this.queued.filter((job) => this.at(job.root).channel === channel);
    return [
      ...shown.sort((a, b) => a.seq - b.seq).map((message) => this.#line(message)),
      ...jobs.map((job) => this.#jobLine(job)),
    ];
  }

  rows(channel: number): ModelRow[] {
    return this.world
      .filter((message) => message.channel === channel && this.deliveredOnes.has(message.index))
      .sort((a, b) => a.seq - b.seq)
      .map((message) => {
        const standing = this.#standing(message.root);
        const isThere = standing?.index === message.index && !this.#isRecalled(message.root);
        const says = isThere && speaks(message) && !message.flame;
        const [first] = this.members(message.root).sort((a, b) => a.seq - b.seq);
        const { kind, words } = this.#said(message.root);
        const hasLink = /http:|www\./.test(words);
        const ofText = hasLink ? 3 : 0;
        return {
          seq: message.seq,
          recalled: this.#isRecalled(message.root),
          deleted: this.#isDeleted(message.root),
          copy: first?.index !== message.index,
          heard: this.heardOnes.has(message.index),
          text: says && !this.#grows(message.root) ? indexed({ kind, words }) : null,
          shared: says ? (kind?.shared ?? ofText) : 0,
        };
      });
  }

  conversation(channel: number): ModelConversation | null {
    const facts = this.channel(channel);
    if (!facts.listed) return null;
    const read = this.read(facts);
    const cached = this.world.filter(
      (message) => message.channel === channel && this.deliveredOnes.has(message.index),
    );
    const uncounted = cached.filter(
      (message) => message.seq > read && message.seq <= facts.lastSeq && !this.#counts(message),
    );
    const reminders = [...this.reminders].filter(([index, reminder]) => {
      const message = this.at(index);
      return (
        message.channel === channel &&
        !reminder.done &&
        message.seq > read &&
        !this.deliveredOnes.has(index) &&
        !this.knownGone(index)
      );
    });
    return {
      unread: Math.max(0, facts.lastSeq - read - uncounted.length),
      mentions:
        cached.filter((message) => message.seq > read && this.#mentions(message)).length + reminders.length,
      lastSeq: facts.lastSeq,
      readSeq: read,
      preview: this.#preview(channel),
      draft: facts.draft?.text ?? '',
    };
  }

  /** The last line, which says nothing of what burns although it is open. */
  #preview(channel: number): ModelLine | null {
    const last = this.lines(channel).at(-1) ?? null;
    const burns = last?.state === 'content' && last.index !== null && this.at(last.index).flame;
    return burns ? { ...last, text: COVER } : last;
  }

  /** Seqs up to the highest known one that nobody has told yet. */
  gaps(channel: number): number[] {
    const { lastSeq, known } = this.channel(channel);
    return Array.from({ length: lastSeq }, (_, at) => at + 1).filter((seq) => !known.has(seq));
  }

  /** Is the message known to be recalled: as it is cached, or by its id? */
  knownRecalled(index: number): boolean {
    if (this.deliveredOnes.has(index)) return this.#isRecalled(this.at(index).root);
    return this.extras.get(index)?.revoked === true;
  }

  /** Recalled, or gone without a recall: nothing that waits may be about it. */
  knownGone(index: number): boolean {
    if (this.knownRecalled(index)) return true;
    const { root } = this.at(index);
    if (!this.deliveredOnes.has(index)) return this.extras.get(index)?.deleted === true;
    return isHidden(this.at(root)) || this.#isDeleted(root);
  }

  /** What a quote of it says now; empty when it is gone. */
  quotable(index: number): string {
    const { root } = this.at(index);
    return this.#standing(root) ? this.#digest(root) : '';
  }

  /** Messages that a search for their own words finds. */
  found(root: number): 'original' | 'edit' | 'stream' | 'nothing' {
    const standing = this.#standing(root);
    if (
      !standing ||
      !speaks(standing) ||
      standing.flame ||
      this.#isRecalled(root) ||
      this.#isAsked(root) ||
      this.#grows(root)
    )
      return 'nothing';
    const said = this.#said(root);
    if (indexed(said) !== said.words) return 'nothing';
    if (this.#edit(root)) return 'edit';
    return this.streams.has(root) ? 'stream' : 'original';
  }
  streamText(root: number): string | null {
    const stream = this.streams.get(root);
    return stream ? this.words.stream(root, stream.version) : null;
  }
  /** Can this be pushed into it: is there a message that is newer by it? */
  grows(index: number, version: number): boolean {
    const { root } = this.at(index);
    return this.anyCopyDelivered(root) && version > (this.streams.get(root)?.version ?? 0);
  }
  editText(root: number): string | null {
    return this.#edit(root)?.text ?? null;
  }

  draftReplyTo(channel: number): number | null | undefined {
    const draft = this.channel(channel).draft;
    if (!draft) return undefined;
    return this.knownGone(draft.replyTo) ? null : draft.replyTo;
  }
  queuedEdits(): number[] {
    return [...this.editsQueued].filter((index) => !this.knownGone(index)).sort((a, b) => a - b);
  }
  /** Where a file of it has its place: under the message or under its second piece; null: it has no such file. */
  placeOfFile(index: number, part: 'file' | 'cover'): 'message' | 'piece' | null {
    const { root } = this.at(index);
    const files = speaks(this.at(root)) ? this.#said(root).kind?.files : undefined;
    if (part === 'cover') return files === 'film' ? 'message' : null;
    if (files === 'piece') return 'piece';
    return files === 'one' || files === 'film' ? 'message' : null;
  }
  /** Does it stand as a line of its own, which nobody says? */
  isLine(index: number): boolean {
    const { kind, root } = this.at(index);
    return kind === 'system' || this.#said(root).kind?.isLine === true;
  }
  /** Can it be kept at hand here and now? */
  keepable(index: number): boolean {
    const { flame, root } = this.at(index);
    const isKept = speaks(this.at(root)) && this.#said(root).kind?.kept !== false;
    return this.askable(index) && !flame && isKept && this.#standing(root) !== null;
  }
  /** Roots of what is kept at hand, and of reminders that a recall may have cancelled (one deleted first is gone). */
  bookmarks(): { favourites: number[]; reminders: number[]; mayBeGone: number[] } {
    const left = (root: number): boolean => this.#standing(root) !== null && !this.#isRecalled(root);
    return {
      favourites: sorted(this.favouriteRoots).filter(left),
      reminders: sorted(this.remindedRoots).filter(left),
      mayBeGone: sorted(this.remindedRoots).filter((root) => this.#isRecalled(root)),
    };
  }
  /** Can an own recall of it be asked for here and now? */
  askable(index: number): boolean {
    const { root } = this.at(index);
    return this.#standing(root) !== null && !this.#isRecalled(root) && !this.askedRoots.has(root);
  }
  /** Is there something to be opened? */
  openable(index: number): boolean {
    const { flame, root } = this.at(index);
    return flame && this.askable(index) && this.#standing(root) !== null;
  }
  asked(): number[] {
    return [...this.askedRoots].filter((root) => this.#isAsked(root)).sort((a, b) => a - b);
  }
}
