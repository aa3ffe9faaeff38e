/** `MessageView`s of cached rows and of jobs in the outbox. What must not be seen is left out here, for everybody. */
import { flameOf, type FlameView } from '../../../../shared/content/flame.ts';
import { shownName } from '../../../../shared/display-name.ts';
import { entryKey, historyOf, type HistoryEntry } from '../../../../shared/content/history-content.ts';
import type { HistorySummary } from '../../../../shared/content/history-words.ts';
import { blankRecalled, isForward } from '../../../../shared/content/merged-forward.ts';
import {
  entryContent,
  parsePayload,
  type MessageContent,
  type ParsedPayload,
  type ReplyRef,
} from '../../../../shared/content/message-content.ts';
import { recalledNoun } from '../../../../shared/content/recalled-noun.ts';
import {
  ChannelType,
  messageKey,
  type ChannelRef,
  type MessageView,
  type PreviewView,
  type QuoteView,
  type RecallState,
} from '../../../../shared/domain.ts';
import { Setting } from '../../../../shared/wire/packets.ts';
import type { HistoryLevel } from '../../../../shared/ipc/contract/messages.ts';
import type { ReactionViews } from './reaction-views.ts';
import type { RecallMemory } from './recall-memory.ts';
import type { ChannelTable } from '../tables/channels/channel-table.ts';
import type { StoreContext } from '../context.ts';
import type { ExtraTable } from '../tables/messages/extra-table.ts';
import type { MessageTable } from '../tables/messages/message-table.ts';
import { albumNumber } from '../tables/messages/album.ts';
import { keyOf, payloadOfRow, type MessageRow } from '../tables/messages/message-row.ts';
import type { OutboxTables } from '../tables/outbox/outbox-tables.ts';
import { covered, digest, type Payload } from '../tables/messages/payload.ts';
import { asRole } from '../tables/people/people-rows.ts';
import type { PeopleTables } from '../tables/people/people-tables.ts';
import { type SendJob, WAITS_FOR_SERVER } from '../jobs.ts';

/** `order` of a job is this plus its id: above every possible message_seq, in order of composing. */
export const OUTBOX_ORDER = 2 ** 52;
const RECALLED: MessageContent = { kind: 'recalled' };
/** One for all: nobody changes a view, and what is the same object is copied to another thread once. */
const SENT: MessageView['send'] = { state: 'sent' };

export const NO_PREVIEW: PreviewView = {
  kind: 'none',
  text: '',
  fromUid: '',
  fromName: '',
  own: false,
  send: null,
  readCount: null,
  recall: null,
};

/** What the list reads of the row that it shows a line of: a flood asks often, and all columns take twice as long. */
export const PREVIEW_COLUMNS = [
  'message_id',
  'channel_no',
  'client_msg_no',
  'from_uid',
  'timestamp',
  'setting',
  'type',
  'flame',
  'recalled',
  'revoker',
  'revoker_role',
  'payload',
  'read_count',
] as const satisfies readonly (keyof MessageRow)[];
export type PreviewRow = Pick<MessageRow, (typeof PREVIEW_COLUMNS)[number]>;

const withheld = (recall: RecallState | null): boolean => recall !== null && recall.state !== 'denied';

const isUnplayed = (row: MessageRow, { content }: ParsedPayload, meUid: string): boolean =>
  content.kind === 'voice' && row.voice_played === 0 && row.from_uid !== meUid;

function readCountOf(row: PreviewRow, hidden: boolean): number | null {
  if (hidden || (row.setting & Setting.receipt) === 0) return null;
  return row.read_count ?? 0;
}

type Previewed = Pick<
  MessageView,
  'content' | 'recall' | 'fromUid' | 'fromName' | 'own' | 'send' | 'readCount'
>;

function previewOf(view: Previewed): PreviewView {
  const { recall } = view;
  const base = {
    fromUid: view.fromUid,
    fromName: view.fromName,
    own: view.own,
    send: view.own ? view.send : null,
    readCount: view.own ? view.readCount : null,
    // Re-editing is offered in the flow only (ui.md 5), and its end must not depend on the list.
    recall: recall?.state === 'done' ? { ...recall, reeditUntilMs: null } : recall,
  };
  if (withheld(recall))
    return { kind: recall?.state === 'done' ? 'recalled' : 'recallPending', text: '', ...base };
  return { kind: view.content.kind === 'system' ? 'system' : 'message', ...digest(view.content), ...base };
}

interface Parts {
  channels: ChannelTable;
  people: PeopleTables;
  messages: MessageTable;
  extras: ExtraTable;
  outbox: OutboxTables;
  memory: RecallMemory;
  reactionViews: ReactionViews;
}

export class MessageViews {
  readonly #ctx: Pick<StoreContext, 'me' | 'offerReedit'>;
  readonly #parts: Parts;

  constructor(ctx: Pick<StoreContext, 'me' | 'offerReedit'>, parts: Parts) {
    this.#ctx = ctx;
    this.#parts = parts;
  }

  /** `uncovered`: for whoever needs the content of what burns before it is open. */
  ofRow(row: MessageRow, uncovered = false): MessageView {
    const { channels, people } = this.#parts;
    const channel = channels.ref(row.channel_no);
    const key = keyOf(row);
    const recall = this.#recallOf(row, channel, key);
    const hidden = withheld(recall);
    const parsed = hidden ? null : this.#read(row, channel);
    const flame = hidden ? null : this.#flameOf(row, channel, key);
    const reactions = hidden ? undefined : this.#parts.reactionViews.of(row.message_id, channel);
    const isCovered = flame !== null && !flame.open && !uncovered;
    const view: MessageView = {
      key,
      channel,
      messageId: row.message_id,
      messageSeq: row.seq,
      order: row.seq,
      clientMsgNo: row.client_msg_no,
      fromUid: row.from_uid,
      fromName: people.nameIn(channel, row.from_uid),
      fromRole: people.roleIn(channel, row.from_uid),
      own: row.from_uid === this.#ctx.me.uid,
      timestamp: row.timestamp,
      content: parsed ? (isCovered ? covered(parsed.content) : parsed.content) : RECALLED,
      quote: parsed && !isCovered ? this.#quoteOf(parsed.reply, channel) : null,
      edited: !hidden && row.edited === 1,
      send: SENT,
      readCount: readCountOf(row, hidden),
      recall,
      flame,
    };
    if (reactions) view.reactions = reactions;
    if (row.album !== null && row.flame === null) view.album = row.album;
    if (parsed && isUnplayed(row, parsed, this.#ctx.me.uid)) view.unplayed = true;
    return view;
  }

  ofJob(job: SendJob): MessageView {
    const { people } = this.#parts;
    const { me } = this.#ctx;
    const envelope = { fromUid: me.uid, channelType: job.channel.channelType };
    const parsed = job.recallOnAck ? null : parsePayload(job.payload, envelope);
    const seconds = parsed && flameOf(job.payload);
    const album = albumNumber(job.payload, me.uid);
    return {
      key: messageKey({ fromUid: me.uid, clientMsgNo: job.clientMsgNo, messageId: null }),
      channel: job.channel,
      messageId: null,
      messageSeq: 0,
      order: OUTBOX_ORDER + job.id,
      clientMsgNo: job.clientMsgNo,
      fromUid: me.uid,
      fromName: people.nameIn(job.channel, me.uid),
      fromRole: people.roleIn(job.channel, me.uid),
      own: true,
      timestamp: job.timestamp,
      content: parsed ? (seconds === null ? parsed.content : covered(parsed.content)) : RECALLED,
      quote: parsed && seconds === null ? this.#quoteOf(parsed.reply, job.channel) : null,
      edited: false,
      send: sendStateOf(job),
      readCount: null,
      recall: job.recallOnAck ? { state: 'pending' } : null,
      flame: seconds === null ? null : { seconds, open: false, untilMs: null },
      ...(album !== null && flameOf(job.payload) === null && { album }),
    };
  }

  /** Not `ofRow`: a list of conversations needs neither roles nor quotes, and reads hundreds of these. */
  previewOfRow(row: PreviewRow): PreviewView {
    const { channels, people } = this.#parts;
    const channel = channels.ref(row.channel_no);
    const recall = this.#recallOf(row, channel, keyOf(row));
    const hidden = withheld(recall);
    const { content } = this.#read(row, channel);
    return previewOf({
      content: hidden ? RECALLED : row.flame === null ? content : covered(content),
      recall,
      fromUid: row.from_uid,
      fromName: people.nameIn(channel, row.from_uid),
      own: row.from_uid === this.#ctx.me.uid,
      send: SENT,
      readCount: readCountOf(row, hidden),
    });
  }

  previewOfJob(job: SendJob): PreviewView {
    return previewOf(this.ofJob(job));
  }

  /** One line of a message by id, for quotes; empty when it is recalled, being recalled or unknown. */
  digestById(messageId: string): string {
    const quote = this.#quoteOf(
      { messageId, messageSeq: 0, fromUid: '', fromName: '' },
      { channelId: '', channelType: 1 },
    );
    return quote?.preview ?? '';
  }

  #flameOf(row: MessageRow, channel: ChannelRef, key: string): FlameView | null {
    if (row.flame === null) return null;
    const opened = this.#parts.outbox.opened.of(channel, key);
    const open = opened?.open === true;
    return { seconds: row.flame, open, untilMs: open && opened.until !== null ? opened.until * 1000 : null };
  }

  #read(row: PreviewRow, channel: ChannelRef): ParsedPayload {
    const { people } = this.#parts;
    const parsed = parsePayload(this.#withheldIn(payloadOfRow(row)) ?? { type: row.type }, {
      fromUid: row.from_uid,
      channelType: channel.channelType,
      fromName: () => this.#knownName(channel, row.from_uid),
      fromRole: () => people.roleIn(channel, row.from_uid),
    });
    return parsed.content.kind === 'history'
      ? { ...parsed, content: this.#withKnownNames(parsed.content, channel) }
      : parsed;
  }

  /** Of a merged forward: without copies of what is being recalled. */
  #withheldIn(payload: Payload | null): Payload | null {
    if (!payload || !isForward(payload)) return payload;
    return blankRecalled(
      payload,
      new Set(this.#parts.outbox.recalls.all().map(({ messageId }) => messageId)),
    );
  }

  /** Who is known here is called as he is here, whatever a merged forward calls him. */
  #withKnownNames(content: HistorySummary, channel: ChannelRef): HistorySummary {
    const named = content.lines.map((line) => ({
      ...line,
      fromName: this.#knownName(channel, line.fromUid) || line.fromName,
    }));
    return { ...content, lines: named };
  }

  /**
   * A level of a merged forward, as messages that are shown like others and are none: their keys name their files
   * (`entryKey`), and nothing else can be done with them. `payload`: of the level.
   */
  levelOf(payload: Payload, channel: ChannelRef, key: string, path: readonly number[]): HistoryLevel | null {
    const history = historyOf(this.#withheldIn(payload) ?? payload);
    if (!history) return null;
    const { entries, ...rest } = history;
    return {
      ...rest,
      entries: entries.map((entry, order) =>
        this.#entryView(entry, channel, entryKey(key, [...path, order]), order),
      ),
    };
  }

  /** One entry of such a level: whose file is asked for need not see a thousand others made. null = there is none. */
  entryOf(
    payload: Payload,
    channel: ChannelRef,
    key: string,
    { path, at }: { path: readonly number[]; at: number },
  ): MessageView | null {
    const entry = historyOf(this.#withheldIn(payload) ?? payload)?.entries[at];
    return entry ? this.#entryView(entry, channel, entryKey(key, [...path, at]), at) : null;
  }

  #entryView(entry: HistoryEntry, channel: ChannelRef, key: string, order: number): MessageView {
    const { fromUid, messageId, payload, timestamp } = entry;
    const content = payload === null ? RECALLED : entryContent(payload);
    return {
      key,
      channel,
      messageId: messageId === '' ? null : messageId,
      messageSeq: 0,
      order,
      clientMsgNo: '',
      fromUid,
      fromName: this.#knownName(channel, fromUid) || entry.fromName,
      fromRole: null,
      own: false,
      timestamp,
      content: content.kind === 'history' ? this.#withKnownNames(content, channel) : content,
      quote: null,
      edited: false,
      send: SENT,
      readCount: null,
      recall: null,
      flame: null,
    };
  }

  #recallOf(row: PreviewRow, channel: ChannelRef, key: string): RecallState | null {
    const { memory, outbox, people } = this.#parts;
    if (row.recalled === 1) {
      const reedit = this.#ctx.offerReedit() ? memory.reedit(channel, key) : null;
      const group = channel.channelType === ChannelType.group;
      const was = recalledNoun(row.type);
      return {
        state: 'done',
        ...(was && { was }),
        revokerUid: row.revoker,
        revokerName: this.#knownName(channel, row.revoker),
        revokerRole:
          group && row.revoker ? (asRole(row.revoker_role) ?? people.roleIn(channel, row.revoker)) : null,
        reeditUntilMs: reedit?.untilMs ?? null,
      };
    }
    const job = outbox.recalls.byKey(channel, key);
    if (job)
      return job.state === 'queued' && job.waitsForServer === true
        ? { state: 'queued', waiting: true }
        : { state: job.state };
    return memory.denied(channel, key);
  }

  #knownName(channel: ChannelRef, uid: string | null): string {
    const { people } = this.#parts;
    if (uid === null || uid === '') return '';
    const known = people.userName(uid) !== null || people.member(channel.channelId, uid);
    return known ? people.nameIn(channel, uid) : '';
  }

  /** The quoting message names an author who is not known here: believed while nothing better is. */
  #claimedName(channel: ChannelRef, { fromUid, fromName }: ReplyRef): string {
    return fromName && !this.#knownName(channel, fromUid)
      ? shownName(fromName, fromUid)
      : this.#parts.people.nameIn(channel, fromUid);
  }

  #quoteOf(reply: ReplyRef | null, channel: ChannelRef): QuoteView | null {
    if (!reply) return null;
    const { channels, extras, messages, outbox, people } = this.#parts;
    const row = messages.byId(reply.messageId);
    const fromUid = row?.from_uid ?? reply.fromUid;
    const quote: QuoteView = {
      messageId: reply.messageId,
      messageSeq: row?.seq ?? Math.trunc(reply.messageSeq),
      fromUid,
      fromName: row ? people.nameIn(channel, fromUid) : this.#claimedName(channel, reply),
      state: 'missing',
      preview: '',
    };
    if (!row) {
      if (extras.get(reply.messageId)?.revoke === 1) quote.state = 'recalled';
      return quote;
    }
    if (row.recalled === 1 || outbox.recalls.byKey(channels.ref(row.channel_no), keyOf(row))) {
      quote.state = 'recalled';
      return quote;
    }
    const standing = row.copy === 1 ? messages.group(row)[0] : row;
    if (!standing || standing.shown === 0) return quote;
    quote.state = 'ok';
    const { content } = this.#read(standing, channels.ref(standing.channel_no));
    const { text, contentKind, parts } = digest(standing.flame === null ? content : covered(content));
    return { ...quote, preview: text, ...(contentKind && { contentKind }), ...(parts && { parts }) };
  }
}

function sendStateOf(job: SendJob): MessageView['send'] {
  if (job.state !== 'failed')
    return { state: job.state, ...(job.reason === WAITS_FOR_SERVER ? { waiting: true as const } : {}) };
  const failed: MessageView['send'] = { state: 'failed', reason: job.reason ?? 'rejected' };
  if (job.detail !== null) failed.detail = job.detail;
  return failed;
}
