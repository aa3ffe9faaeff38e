/**
 * The CMD after a recall, several times: a cluster was seen to lose one (docs/interoperability.md), a hint costs
 * nothing, and a lost one leaves words on screens. The first is stored for devices that are away, the later ones reach
 * who is there.
 *
 * What is to go out is written down before TSDD is asked for the recall, and forgotten once it went out. So it outlives
 * the guard: whatever is overdue is taken over by whoever stands next (another guard, or this one after its restart),
 * for a while by one of them only. A command may go out twice; none is lost.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { reasonOf } from '../../../shared/errors.ts';
import type { Channel } from '../../business/im-client/channel-address.ts';
import type { SendRequest } from '../../business/im-client/im-api.ts';
import { recallParam } from '../../business/messages/recall-rules.ts';
import type { Log } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import type { CommandStore, PendingCommand } from '../store/guard-store.ts';

/** After the recall, ms. */
export const REPEATS_MS = [2_000, 30_000] as const;
/**
 * Once more where there are several IM nodes: while one hangs or is killed a channel tells nobody anything for half a
 * minute and longer, whatever its API answers, and all the others fall into that (docs/interoperability.md).
 */
export const LATE_REPEATS_MS = [90_000] as const;
/** A command that is due this long has nobody: its guard is gone, or could not send it. */
const OVERDUE_MS = 3_000;
const SWEEP_MS = 2_000;
/** Who took one over has this long before the next may. */
const LEASE_MS = 10_000;
/** What could not be sent for so long is given up: clients ask for what changed with every connection anyway. */
const GIVE_UP_MS = 600_000;
/** The recall is done: so long who asked for it waits for the first CMD, ms. */
const ANNOUNCED_MS = 500;
const TAKEN_AT_ONCE = 200;
/** Of which it has timers; what is more is sent once it is overdue. */
const MOST_WAITING = 10_000;

export interface Announced {
  messageId: string;
  clientMsgNo: string;
}

export interface CommandSender {
  send(request: SendRequest): Promise<void>;
}

/** The commands of one recall, in the order in which they are due. */
export type Plan = readonly PendingCommand[];

export interface AnnouncementDeps {
  im: CommandSender;
  store: CommandStore;
  metrics: Metrics;
  log: Log;
  /** ms */
  now: () => number;
  /** Pauses before the CMD goes out again, ms. */
  repeats?: readonly number[] | undefined;
  /** And later, for a channel that tells nobody anything for a while, ms; longer than `repeats`. Default: never. */
  lateRepeats?: readonly number[] | undefined;
}

export class Announcements {
  readonly #deps: AnnouncementDeps;
  /** Of all attempts, after the recall, ms; of which so many are not late. */
  readonly #delays: readonly number[];
  readonly #onTime: number;
  readonly #waiting = new Map<NodeJS.Timeout, PendingCommand>();
  readonly #underWay = new Set<Promise<void>>();
  #sweeping: NodeJS.Timeout | null = null;

  constructor(deps: AnnouncementDeps) {
    this.#deps = deps;
    const onTime = [0, ...(deps.repeats ?? REPEATS_MS)];
    this.#delays = [...onTime, ...(deps.lateRepeats ?? [])];
    this.#onTime = onTime.length;
  }

  /** Begins to take over what other guards left. */
  start(): void {
    this.#sweeping = setInterval(() => this.#keep(this.takeOver()), SWEEP_MS);
    this.#sweeping.unref();
  }

  /** Writes down what is to go out once these are recalled. @throws what the store throws */
  async plan(channel: Channel, revoker: string, messages: readonly Announced[]): Promise<Plan> {
    const at = this.#deps.now();
    const plan = this.#delays.flatMap((delay, attempt) =>
      messages.map(({ messageId, clientMsgNo }): PendingCommand => ({
        messageId,
        attempt,
        due: at + delay,
        at,
        channelId: channel.channelId,
        channelType: channel.channelType,
        revoker,
        clientMsgNo,
      })),
    );
    await this.#deps.store.planCommands(plan);
    return plan;
  }

  /**
   * Sends the first CMD of each message now, the others later. Resolves when the first were tried, but who recalls does
   * not wait for long for a node that hangs; never rejects.
   */
  async announce(plan: Plan): Promise<void> {
    for (const command of plan) if (command.attempt > 0) this.#later(command);
    const first = this.#sendFirst(plan.filter(({ attempt }) => attempt === 0));
    this.#keep(first);
    await Promise.race([first, delay(ANNOUNCED_MS, undefined, { ref: false })]);
  }

  async #sendFirst(first: Plan): Promise<void> {
    const sent: PendingCommand[] = [];
    for (const command of first) if (await this.#send(command, 'sent')) sent.push(command);
    // Nobody who recalls waits for the database to forget.
    this.#keep(this.#forget(sent));
  }

  /** Sends what is overdue and nobody's. Never rejects. */
  async takeOver(): Promise<void> {
    const { store, now, log } = this.#deps;
    try {
      const taken = await store.takeCommands(now() - OVERDUE_MS, now() + LEASE_MS, TAKEN_AT_ONCE);
      if (taken.length === 0) return;
      const ids = [...new Set(taken.map(({ messageId }) => messageId))];
      const { states, records } = await store.states(ids, []);
      const recalled = new Set([
        ...states.filter(({ revoked }) => revoked).map(({ messageId }) => messageId),
        ...records.map(({ messageId }) => messageId),
      ]);
      const over: PendingCommand[] = [];
      for (const command of taken) {
        // No recall came of it: TSDD refused, or its guard ended before it was asked.
        const pointless = !recalled.has(command.messageId) || now() - command.at > GIVE_UP_MS;
        if (pointless || (await this.#send(command, 'taken_over'))) over.push(command);
      }
      await this.#forget(over);
    } catch (error) {
      log.warn('take_over_failed', { reason: reasonOf(error) });
    }
  }

  /**
   * What still waits goes out at once; resolves when it, and what was under way, was tried. A late one would be none if
   * it went out now: whoever stands when its time has come takes it over, this guard after its restart or another.
   */
  async flush(): Promise<void> {
    if (this.#sweeping) clearInterval(this.#sweeping);
    const timers = [...this.#waiting.keys()];
    const commands = [...this.#waiting.values()].filter(({ attempt }) => attempt < this.#onTime);
    this.#waiting.clear();
    for (const timer of timers) clearTimeout(timer);
    await Promise.all([...this.#underWay, ...commands.map((command) => this.#sendOwn(command))]);
    // What was under way may have had more to forget.
    await Promise.all(this.#underWay);
  }

  #later(command: PendingCommand): void {
    if (this.#waiting.size >= MOST_WAITING) return;
    const timer = setTimeout(() => {
      this.#waiting.delete(timer);
      this.#keep(this.#sendOwn(command));
    }, command.due - command.at);
    timer.unref();
    this.#waiting.set(timer, command);
  }

  async #sendOwn(command: PendingCommand): Promise<void> {
    if (await this.#send(command, 'sent')) await this.#forget([command]);
  }

  #keep(work: Promise<void>): void {
    const kept = work.finally(() => this.#underWay.delete(kept));
    this.#underWay.add(kept);
  }

  async #forget(commands: Plan): Promise<void> {
    if (commands.length === 0) return;
    try {
      await this.#deps.store.commandsDone(commands);
    } catch (error) {
      // They go out again.
      this.#deps.log.warn('forget_failed', { reason: reasonOf(error) });
    }
  }

  async #send(command: PendingCommand, result: 'sent' | 'taken_over'): Promise<boolean> {
    const { im, metrics, log } = this.#deps;
    const delay = this.#delays[command.attempt] ?? 0;
    const attempt = command.attempt === 0 ? 'first' : `after_${delay / 1000}s`;
    try {
      await im.send(requestOf(command));
      metrics.commands.inc({ attempt, result });
      return true;
    } catch (error) {
      metrics.commands.inc({ attempt, result: 'failed' });
      log.warn('command_failed', { attempt, reason: reasonOf(error) });
      return false;
    }
  }
}

function requestOf(command: PendingCommand): SendRequest {
  const { channelId, channelType, revoker } = command;
  const payload = {
    cmd: 'messageRevoke',
    param: recallParam({ channelId, channelType }, revoker, command),
    type: 99,
  };
  const request: SendRequest = { syncOnce: true, fromUid: revoker, channelId, channelType, payload };
  return command.attempt === 0 ? request : { ...request, noPersist: true };
}
