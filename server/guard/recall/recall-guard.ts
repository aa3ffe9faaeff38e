/**
 * `POST /v1/message/revoke` in front of TSDD: decided here by the business server's own policy (recall-rules.ts) and
 * what the IM server stored, then done by TSDD, recorded, and announced with channel and message. A recall that cannot
 * be checked is refused: closed where everything else is open.
 */
import { storedChannelId } from '../../business/im-client/channel-address.ts';
import { withinMs } from '../../business/im-client/im-transport.ts';
import type { ImMessage } from '../../business/im-client/im-api.ts';
import { ApiError, refusal } from '../../business/http/errors.ts';
import {
  type RecallRequest,
  RecallRefusal,
  requireInTime,
  requireMayRecall,
} from '../../business/messages/recall-rules.ts';
import { readPayload, UNREADABLE_TYPE } from '../../business/messages/payload-guard.ts';
import {
  findTarget,
  type MessageLookup,
  NotSureError,
  storedCopies,
} from '../../business/messages/recall-target.ts';
import { reasonOf } from '../../../shared/errors.ts';
import type { Log } from '../log.ts';
import type { Coherence } from '../store/coherence.ts';
import type { GuardStore, MessageState, RecallRecord } from '../store/guard-store.ts';
import type { RecallStates } from '../store/recall-states.ts';
import type { Announcements, Plan } from './announcements.ts';

const GROUP = 2;
const SYSTEM_UID = '____system';

/** TSDD's texts for what could not be asked; clients try again (tsdd-api.md 5.3). */
const imFailed = (): ApiError => refusal('查询IM消息错误');
const rightsFailed = (): ApiError => refusal('权限判断失败！');
const storeFailed = (): ApiError => refusal('更新消息为撤回状态失败！');

/**
 * From the request until it is decided, ms. Clients give up a call after 10 s and then do not know what became of it.
 * Until it is decided nothing has happened.
 */
export const DECIDED_MS = 4_000;

/** What the database takes: with a larger number the row would be refused, and nobody told who recalled. */
const isInColumn = (type: number): boolean => Math.abs(type) < 2 ** 31;

/** What those know who answered. @throws any other error */
function knownRows(error: unknown): readonly ImMessage[] {
  if (error instanceof NotSureError) return error.rows;
  throw error;
}

/** TSDD's answer to the recall that was passed on. */
export interface TsddAnswer {
  /** 0 = none. */
  status: number;
  msg: string;
}

export interface RecallCaller {
  uid: string;
  address: string;
  /** When it was asked for (performance.now()). */
  askedAt: number;
  /** Passes the recall of this message on to TSDD. Never rejects. */
  passOn(message: { messageId: string; clientMsgNo: string }): Promise<TsddAnswer>;
}

export interface RecallGuardDeps {
  im: MessageLookup;
  store: GuardStore;
  states: RecallStates;
  coherence: Coherence;
  announcements: Announcements;
  log: Log;
  /** Seconds; undefined = what TSDD's administrator set. */
  window: number | undefined;
  now: () => number;
}

export class RecallGuard {
  readonly #deps: RecallGuardDeps;
  /** The end of the last recall under way of each message: two clicks are one recall. */
  readonly #lanes = new Map<string, Promise<unknown>>();

  constructor(deps: RecallGuardDeps) {
    this.#deps = deps;
  }

  /**
   * Recalls a message for everybody. Answers whether it was recalled now or before.
   * @throws ApiError a RecallRefusal, or TSDD's text for what failed
   */
  async recall(caller: RecallCaller, request: RecallRequest): Promise<'done' | 'already'> {
    const found = await this.#inTime(caller, this.#found(caller.uid, request));
    if (request.clientMsgNo !== '' && request.messageId !== '' && found.client_msg_no !== request.clientMsgNo)
      throw RecallRefusal.disagreeing();
    const key = found.message_idstr;
    const before = this.#lanes.get(key) ?? Promise.resolve();
    const run = before.then(() => this.#decide(caller, request, found));
    const settled = run.catch(() => undefined);
    this.#lanes.set(key, settled);
    try {
      return await run;
    } finally {
      if (this.#lanes.get(key) === settled) this.#lanes.delete(key);
    }
  }

  /** @throws ApiError as `work`, and that the IM server could not be asked when it takes too long */
  async #inTime<T>(caller: RecallCaller, work: Promise<T>): Promise<T> {
    try {
      return await withinMs(work, Math.max(0, caller.askedAt + DECIDED_MS - performance.now()));
    } catch (error) {
      if (error instanceof ApiError) throw error;
      work.catch(() => undefined);
      this.#deps.log.warn('recall_undecided', { reason: reasonOf(error) });
      throw imFailed();
    }
  }

  async #found(me: string, request: RecallRequest): Promise<ImMessage> {
    let found;
    try {
      found = await findTarget(this.#deps.im, me, request);
    } catch (error) {
      if (error instanceof ApiError) throw error;
      this.#deps.log.warn('im_failed', { reason: reasonOf(error) });
      throw imFailed();
    }
    if (!found) throw RecallRefusal.notFound();
    return found;
  }

  async #decide(caller: RecallCaller, request: RecallRequest, found: ImMessage): Promise<'done' | 'already'> {
    const group = await this.#inTime(caller, this.#allowed(caller, request, found));
    if (group === 'already') return 'already';
    const { rows, byTsdd } = group;
    const plan = await this.#plan(caller, request, rows);
    if (byTsdd) await this.#passOn(caller, byTsdd);
    await this.#commit(caller, request, rows, byTsdd ? await this.#doneByTsdd(rows, byTsdd) : new Set());
    await this.#deps.announcements.announce(plan);
    return 'done';
  }

  /** Whether it may be, and what is to be recalled with it. Changes nothing. @throws ApiError */
  async #allowed(
    caller: RecallCaller,
    request: RecallRequest,
    found: ImMessage,
  ): Promise<'already' | { rows: readonly ImMessage[]; byTsdd: ImMessage | undefined }> {
    const me = caller.uid;
    await this.#requireMay(me, request, found);
    const state = await this.#state(found.message_idstr);
    if (state?.revoked === true) return 'already';
    if (found.from_uid === me) requireInTime(found, await this.#window(), this.#deps.now());
    const { channel } = request;
    let copies: ImMessage[];
    let byNumber: readonly ImMessage[];
    try {
      copies = await storedCopies(this.#deps.im, me, channel, found);
      const keys = { clientMsgNos: [found.client_msg_no] };
      byNumber =
        found.client_msg_no === ''
          ? []
          : await this.#deps.im.lookup(me, channel.channelId, channel.channelType, keys).catch(knownRows);
    } catch (error) {
      this.#deps.log.warn('im_failed', { reason: reasonOf(error) });
      throw imFailed();
    }
    // Again: the role may have been taken away during the look-ups.
    await this.#requireMay(me, request, found);
    // TSDD goes by the client number alone and would recall what that finds (wukongim.md E.1). What no node that
    // answers tells of it would refuse for ever: that is recalled here alone.
    const tsddFinds = byNumber[0]?.message_idstr;
    const rows = [found, ...copies];
    return { rows, byTsdd: rows.find((row) => row.message_idstr === tsddFinds) };
  }

  /**
   * Before TSDD is asked: a guard that ends afterwards, or does not learn what TSDD did, leaves the commands to the
   * next, which looks whether there was a recall.
   */
  async #plan(caller: RecallCaller, { channel }: RecallRequest, rows: readonly ImMessage[]): Promise<Plan> {
    try {
      return await this.#deps.announcements.plan(
        channel,
        caller.uid,
        rows.map((row) => ({ messageId: row.message_idstr, clientMsgNo: row.client_msg_no })),
      );
    } catch (error) {
      this.#deps.log.warn('store_failed', { reason: reasonOf(error) });
      throw storeFailed();
    }
  }

  async #requireMay(me: string, { channel }: RecallRequest, found: ImMessage): Promise<void> {
    const author = found.from_uid === SYSTEM_UID ? '' : found.from_uid;
    let roles: ReadonlyMap<string, number> = new Map();
    if (channel.channelType === GROUP && author !== me && author !== '') {
      try {
        roles = await this.#deps.store.roles(channel.channelId, [me, author]);
      } catch (error) {
        this.#deps.log.warn('store_failed', { reason: reasonOf(error) });
        throw rightsFailed();
      }
    }
    requireMayRecall(me, channel, author, (uid) => roles.get(uid) ?? null);
  }

  async #state(messageId: string): Promise<MessageState | null> {
    try {
      return (await this.#deps.states.page([messageId], [])).of(messageId);
    } catch (error) {
      this.#deps.log.warn('store_failed', { reason: reasonOf(error) });
      throw storeFailed();
    }
  }

  async #window(): Promise<number> {
    if (this.#deps.window !== undefined) return this.#deps.window;
    try {
      return await this.#deps.store.revokeSecond();
    } catch (error) {
      this.#deps.log.warn('store_failed', { reason: reasonOf(error) });
      throw rightsFailed();
    }
  }

  /** Resolves when TSDD has it as recalled, whatever it said: its row decides (wukongim.md E.1, tsdd-api.md 5.3). */
  async #passOn(caller: RecallCaller, row: ImMessage): Promise<void> {
    const answer = await caller.passOn({ messageId: row.message_idstr, clientMsgNo: row.client_msg_no });
    if (answer.status === 200) return;
    if (answer.status === 401) throw new ApiError(401, answer.msg === '' ? '请先登录！' : answer.msg);
    this.#deps.log.warn('tsdd_refused_recall', { status: answer.status, message: row.message_idstr });
    let recalled = false;
    try {
      const { states } = await this.#deps.store.states([row.message_idstr], []);
      recalled = states.some((state) => state.revoked);
    } catch {
      // Not known: the caller hears that it failed and tries again.
    }
    if (!recalled) throw storeFailed();
  }

  /**
   * Of which of these TSDD has a row: it goes by the client number, and the node that it asked may have told it of
   * another copy than ours told us, so that its 200 is of that one.
   */
  async #doneByTsdd(rows: readonly ImMessage[], byTsdd: ImMessage): Promise<ReadonlySet<string>> {
    try {
      const states = await this.#deps.store.tsddStates(rows.map((row) => row.message_idstr));
      return new Set(states.filter(({ revoked }) => revoked).map(({ messageId }) => messageId));
    } catch (error) {
      this.#deps.log.warn('store_failed', { reason: reasonOf(error) });
      return new Set([byTsdd.message_idstr]);
    }
  }

  async #commit(
    caller: RecallCaller,
    { channel }: RecallRequest,
    rows: readonly ImMessage[],
    byTsdd: ReadonlySet<string>,
  ): Promise<void> {
    const { store, states, coherence, now, log } = this.#deps;
    const version = now() * 1000;
    const records = rows.map((row, at): RecallRecord => ({
      messageId: row.message_idstr,
      channelId: storedChannelId(caller.uid, channel),
      channelType: channel.channelType,
      messageSeq: row.message_seq,
      fromUid: row.from_uid,
      clientMsgNo: row.client_msg_no,
      revoker: caller.uid,
      version: version + at,
      guardOnly: !byTsdd.has(row.message_idstr),
    }));
    const [target] = records;
    let isFirst = true;
    try {
      const added = await store.record(records);
      isFirst = target !== undefined && added.includes(target.messageId);
    } catch (error) {
      log.warn('store_failed', { reason: reasonOf(error) });
      // What TSDD has is recalled; what only the guard would have is not.
      if (records.some((each) => each.guardOnly)) throw storeFailed();
    }
    states.recalled(records);
    coherence.tell(records);
    // Somebody else recalled it at another guard meanwhile: it was recalled once, and by whoever was first.
    if (target && isFirst) {
      const { messageId, channelId, channelType, fromUid, revoker } = target;
      const type = readPayload(rows[0]?.payload)['type'];
      const row = {
        at: now(),
        messageId,
        channelId,
        channelType,
        fromUid,
        revoker,
        messageType: typeof type === 'number' && type !== UNREADABLE_TYPE && isInColumn(type) ? type : 0,
        address: caller.address,
      };
      // Who recalled is worth knowing, but no reason to refuse: it is done.
      await store
        .audit([row])
        .catch((error: unknown) => log.warn('audit_failed', { reason: reasonOf(error) }));
    }
  }
}
