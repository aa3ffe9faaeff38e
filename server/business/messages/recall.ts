/**
 * Message recall (撤回): who may, until when, and what happens. The decision rests on what the IM server stored (author,
 * time, channel), never on what a client or the webhook says; the record is on disk before the answer, and the CMD to
 * all devices follows durably.
 */
import type { ApiError } from '../http/errors.ts';
import { eraseBody, type ImApi, type ImMessage } from '../im-client/im-api.ts';
import type { Commands } from '../im-client/commands.ts';
import { channelLane } from '../im-client/commands.ts';
import type { ImJobs } from '../im-client/im-jobs.ts';
import type { FileRefs } from '../files/file-refs.ts';
import type { FileStore } from '../files/file-store.ts';
import type { AppConfig } from '../accounts/app-config.ts';
import type { Db } from '../store/database.ts';
import type { Groups } from '../groups/groups.ts';
import { type Channel, ChannelType, partiesOf, storedChannelId } from '../im-client/channel-address.ts';
import { storedMessage } from './message-dto.ts';
import type { ExtraRow, MessageExtras, StoredMessage } from './message-extras.ts';
import type { MessageIndex } from './message-index.ts';
import { readPayload } from './payload-guard.ts';
import {
  recallParam,
  type RecallRequest,
  RecallRefusal,
  requireInTime,
  requireMayRecall,
} from './recall-rules.ts';
import { copiesAmong, findTarget, storedCopies } from './recall-target.ts';
import type { Pins } from './pins.ts';
import type { Reactions } from './reactions.ts';
import type { Reminders } from './reminders.ts';

/** Conversations searched for a message that is not in the channel named, only to answer with the right refusal. */
const CONVERSATIONS_SEARCHED = 20;

export interface RecallDeps {
  db: Db;
  im: ImApi;
  jobs: ImJobs;
  commands: Commands;
  extras: MessageExtras;
  pins: Pins;
  reactions: Reactions;
  groups: Groups;
  reminders: Reminders;
  index: MessageIndex;
  appConfig: AppConfig;
  files: FileStore;
  fileRefs: FileRefs;
  now: () => number;
}

export class Recall {
  readonly #deps: RecallDeps;

  constructor(deps: RecallDeps) {
    this.#deps = deps;
  }

  /**
   * Recalls a message for everybody. Resolves when it is on disk (also when it already was); throws a RecallRefusal.
   */
  async recall(me: string, request: RecallRequest): Promise<void> {
    const { channel, messageId, clientMsgNo } = request;
    const storedId = storedChannelId(me, channel);
    if (this.#alreadyRecalled(me, storedId, request)) return;
    const asked = await this.#stored(me, storedId, request);
    if (!asked) throw await this.#notFound(me, storedId, messageId);
    const { found } = asked;
    const target = storedMessage(found, storedId);
    if (clientMsgNo !== '' && messageId !== '' && target.clientMsgNo !== clientMsgNo)
      throw RecallRefusal.disagreeing();
    this.#requirePermission(me, channel, target.fromUid);
    // Recalled while the lookup was under way: the same answer as a moment later.
    if (this.#deps.extras.find(target.messageId)?.revoke === 1) return;
    if (target.fromUid === me) requireInTime(found, this.#deps.appConfig.revokeSecond(), this.#deps.now());
    const copies = (await asked.copies()).map((row) => storedMessage(row, storedId));
    // Its webhook may still be under way; the copies of a resend say the same.
    const payload = readPayload(found.payload);
    await this.#commit(me, channel, [target, ...copies], () => {
      // Again: the role may have been taken away during the look-ups.
      this.#requirePermission(me, channel, target.fromUid);
      for (const message of [target, ...copies]) this.#deps.fileRefs.add(message, payload);
    });
    await this.#deps.jobs.flush();
  }

  /**
   * What is meant, and how its copies are learned. The embedded IM server tells both in one call, from its index; a
   * real WuKongIM is asked for the message and then for what lies around it.
   */
  async #stored(
    me: string,
    storedId: string,
    request: RecallRequest,
  ): Promise<{ found: ImMessage; copies: () => Promise<ImMessage[]> } | null> {
    const { im, index } = this.#deps;
    const { channel, messageId, clientMsgNo } = request;
    const named = messageId === '' ? null : await im.sentAs(me, channel, messageId);
    if (named) {
      const found = named.find((row) => row.message_idstr === messageId);
      return found ? { found, copies: async () => copiesAmong(named, found) } : null;
    }
    const idsWith = (number: string): string[] =>
      number === '' ? [] : index.idsWith(storedId, channel.channelType, number);
    const found = await findTarget(im, me, request, messageId === '' ? idsWith(clientMsgNo) : []);
    if (!found) return null;
    return { found, copies: () => storedCopies(im, me, channel, found, idsWith(found.client_msg_no)) };
  }

  /**
   * A message the recall record already covers; still checked, because the answer must not depend on who asked first.
   */
  #alreadyRecalled(me: string, storedId: string, request: RecallRequest): boolean {
    const { extras } = this.#deps;
    const { channel, messageId, clientMsgNo } = request;
    if (messageId === '') {
      const recalled = extras.recalledWith(storedId, channel.channelType, clientMsgNo);
      // Only one's own can be taken for granted: others with this number may not be recalled yet.
      return recalled.some((row) => row.from_uid === me);
    }
    const known = extras.find(messageId);
    if (known?.revoke !== 1) return false;
    if (known.channel_id !== storedId || known.channel_type !== channel.channelType) {
      throw this.#mayAccess(me, known.channel_id, known.channel_type)
        ? RecallRefusal.wrongChannel()
        : RecallRefusal.notFound();
    }
    if (clientMsgNo !== '' && known.client_msg_no !== clientMsgNo) throw RecallRefusal.disagreeing();
    this.#requirePermission(me, channel, known.from_uid);
    return true;
  }

  /** The refusal for a message that is not in the channel; another one if the caller can see it elsewhere. */
  async #notFound(me: string, storedId: string, messageId: string): Promise<ApiError> {
    const { im, index } = this.#deps;
    if (messageId === '') return RecallRefusal.notFound();
    const place = index.find(messageId);
    if (place) {
      const elsewhere =
        place.channel_id !== storedId && this.#mayAccess(me, place.channel_id, place.channel_type);
      return elsewhere ? RecallRefusal.wrongChannel() : RecallRefusal.notFound();
    }
    const conversations = await im.conversations(me, { version: 0, lastMsgSeqs: '', msgCount: 1 });
    const recent = conversations
      .toSorted((a, b) => b.timestamp - a.timestamp)
      .slice(0, CONVERSATIONS_SEARCHED);
    for (const { channel_id, channel_type } of recent) {
      if (channel_type === ChannelType.group && this.#deps.groups.role(channel_id, me) === null) continue;
      const rows = await im.lookup(me, channel_id, channel_type, { messageIds: [messageId] });
      if (rows.some((row) => row.message_idstr === messageId)) return RecallRefusal.wrongChannel();
    }
    return RecallRefusal.notFound();
  }

  #mayAccess(me: string, storedId: string, channelType: number): boolean {
    if (channelType === ChannelType.group) return this.#deps.groups.role(storedId, me) !== null;
    return partiesOf(storedId)?.includes(me) ?? false;
  }

  #requirePermission(me: string, channel: Channel, author: string): void {
    const { groups } = this.#deps;
    requireMayRecall(me, channel, author, (uid) => groups.role(channel.channelId, uid));
  }

  /**
   * On disk, together with what others change in the same moment, when it resolves. `first` runs in the same
   * transaction; when it throws, nothing is recalled.
   */
  async #commit(
    revoker: string,
    channel: Channel,
    messages: readonly StoredMessage[],
    first: () => void = () => undefined,
  ): Promise<void> {
    const { extras, files, fileRefs, pins, reactions, reminders, db } = this.#deps;
    const { cancelled, hadEdits } = await db.together(() => {
      first();
      let [cancelled, hadEdits] = [false, false];
      extras.recall(messages, revoker, (row, hadEdit) => {
        hadEdits ||= hadEdit;
        cancelled = reminders.cancel(row.message_id) || cancelled;
        fileRefs.recalled(row.message_id);
        reactions.forget(row.message_id);
        pins.forget(row.message_id);
        this.#announce(revoker, channel, row);
      });
      return { cancelled, hadEdits };
    });
    files.eraseMarked();
    if (hadEdits) db.erased();
    if (cancelled) reminders.announce(channel, revoker);
  }

  /**
   * The CMD for every device of every member, and the erasure of the payload at rest.
   */
  #announce(revoker: string, channel: Channel, row: ExtraRow): void {
    const { commands, jobs } = this.#deps;
    const param = recallParam(channel, revoker, {
      messageId: row.message_id,
      clientMsgNo: row.client_msg_no,
    });
    commands.queueToChannel(channel, revoker, 'messageRevoke', param);
    jobs.add(
      `erase/${channelLane(channel)}`,
      '/message/erase',
      eraseBody(revoker, channel.channelId, channel.channelType, [row.message_id]),
    );
  }

  /**
   * A stored copy of a recalled message that became known afterwards (webhook, history): recalled as well. Nothing is
   * taken on trust: when it does not come from the IM server's own history (`verified` false), it is looked up there
   * first.
   */
  async coverCopy(copy: StoredMessage, original: ExtraRow, verified: boolean): Promise<void> {
    const channel = channelFor(original.revoker, copy);
    if (!channel) return;
    if (!verified) {
      const rows = await this.#deps.im.lookup(original.revoker, channel.channelId, channel.channelType, {
        messageIds: [copy.messageId],
      });
      const row = rows.find((each) => each.message_idstr === copy.messageId);
      if (row?.client_msg_no !== original.client_msg_no || row.from_uid !== original.from_uid) return;
      if (row.message_seq !== copy.messageSeq) return;
    }
    await this.#commit(original.revoker, channel, [copy]);
    await this.#deps.jobs.flush();
  }
}

/** The message's channel as `uid` names it. */
function channelFor(uid: string, message: StoredMessage): Channel | null {
  if (message.channelType !== ChannelType.person)
    return { channelId: message.channelId, channelType: message.channelType };
  const parties = partiesOf(message.channelId);
  if (!parties) return null;
  return { channelId: parties[0] === uid ? parties[1] : parties[0], channelType: message.channelType };
}
