/**
 * CMDs (type 99) and system messages as TSDD sends them (wukongim.md E.6, captures.md 5). A CMD is a hint to online
 * clients; what is durable goes through the job queue, the rest ("np", no_persist) is tried once.
 */
import type { ImApi, SendRequest } from './im-api.ts';
import { sendBody } from './im-api.ts';
import type { ImJobs } from './im-jobs.ts';
import type { Channel } from './channel-address.ts';

export const PERSON = 1;
export const GROUP = 2;

type Param = Record<string, unknown>;

const cmdPayload = (cmd: string, param?: Param): unknown =>
  param ? { cmd, param, type: 99 } : { cmd, type: 99 };

export class Commands {
  readonly #im: ImApi;
  readonly #jobs: ImJobs;

  constructor(im: ImApi, jobs: ImJobs) {
    this.#im = im;
    this.#jobs = jobs;
  }

  /** Durable send in the lane of its channel; call inside the transaction of the change it announces. */
  queue(request: SendRequest): void {
    this.#jobs.add(laneOf(request), '/message/send', sendBody(request));
  }

  /** Durable CMD to every device of every member of a channel, as `fromUid` names it. */
  queueToChannel(channel: Channel, fromUid: string | undefined, cmd: string, param?: Param): void {
    this.queue({ syncOnce: true, ...sender(fromUid), ...channel, payload: cmdPayload(cmd, param) });
  }

  /** Durable CMD to the devices of one user (through the own person channel, from the system user). */
  queueToUser(uid: string, cmd: string, param?: Param): void {
    this.queue({ syncOnce: true, channelId: uid, channelType: PERSON, payload: cmdPayload(cmd, param) });
  }

  /** Durable CMD to a list of users; the receivers' envelope names no channel. */
  queueToUsers(uids: readonly string[], cmd: string, param?: Param): void {
    if (uids.length > 0) this.queue({ syncOnce: true, subscribers: uids, payload: cmdPayload(cmd, param) });
  }

  /** A visible system message in a group. */
  queueGroupNotice(groupNo: string, payload: Param): void {
    this.queue({ redDot: true, channelId: groupNo, channelType: GROUP, payload });
  }

  /** Online-only CMD to a channel. Best effort: resolves also when it could not be sent. */
  async onlineToChannel(
    channel: Channel,
    fromUid: string | undefined,
    cmd: string,
    param?: Param,
  ): Promise<void> {
    await this.#try({
      syncOnce: true,
      noPersist: true,
      ...sender(fromUid),
      ...channel,
      payload: cmdPayload(cmd, param),
    });
  }

  async onlineToUser(uid: string, cmd: string, param?: Param): Promise<void> {
    await this.#try({
      syncOnce: true,
      noPersist: true,
      channelId: uid,
      channelType: PERSON,
      payload: cmdPayload(cmd, param),
    });
  }

  async onlineToUsers(uids: readonly string[], cmd: string, param?: Param): Promise<void> {
    if (uids.length === 0) return;
    await this.#try({ syncOnce: true, noPersist: true, subscribers: uids, payload: cmdPayload(cmd, param) });
  }

  async #try(request: SendRequest): Promise<void> {
    try {
      await this.#im.send(request);
    } catch {
      // An online-only hint is worth nothing later; clients learn the state from their next sync.
    }
  }
}

function sender(fromUid: string | undefined): { fromUid?: string } {
  return fromUid === undefined ? {} : { fromUid };
}

function laneOf(request: SendRequest): string {
  return request.channelId === undefined
    ? 'users'
    : channelLane({ channelId: request.channelId, channelType: request.channelType ?? 1 });
}

/** Jobs that must not overtake each other share the channel's lane. */
export function channelLane(channel: Channel): string {
  return `${channel.channelType}/${channel.channelId}`;
}
