/**
 * The HTTP APIs of the WuKongIM nodes: the first that can be reached is asked, and when it refuses, the others. Any
 * node of a cluster knows all, but not at once: after one has gone, each asks whom it still takes for the leader.
 */
import {
  ImApi,
  ImError,
  type HistoryRange,
  type ImMessage,
  type SendRequest,
} from '../../business/im-client/im-api.ts';
import type { MessageLookup } from '../../business/messages/recall-target.ts';

/** So many rows are asked for by their numbers; the node reads each on its own. */
const MOST_BY_NUMBER = 500;

export class ImNodes implements MessageLookup {
  readonly #nodes: ImApi[];

  constructor(origins: readonly string[], token: string | undefined) {
    this.#nodes = origins.map((origin) => new ImApi(origin, token));
  }

  lookup(
    loginUid: string,
    channelId: string,
    channelType: number,
    keys: { messageIds?: readonly string[]; clientMsgNos?: readonly string[] },
  ): Promise<ImMessage[]> {
    return this.#first((node) => node.lookup(loginUid, channelId, channelType, keys));
  }

  /**
   * History comes from the node that leads the channel's log, messages by their numbers from the one that leads the
   * channel's slot. A channel whose leader has gone may stay without one for as long as nobody writes there, or longer
   * (deploy/README.md): what was stored is then known by number.
   */
  async history(
    loginUid: string,
    channelId: string,
    channelType: number,
    range: HistoryRange,
  ): Promise<ImMessage[]> {
    try {
      return await this.#first((node) => node.history(loginUid, channelId, channelType, range));
    } catch (error) {
      const { startSeq, endSeq, limit, pullMode } = range;
      const isByNumber = pullMode === 1 && startSeq > 0 && endSeq === 0 && limit <= MOST_BY_NUMBER;
      if (!isByNumber || !(error instanceof ImError)) throw error;
      const messageSeqs = Array.from({ length: limit }, (_, at) => startSeq + at);
      return await this.#first((node) => node.lookup(loginUid, channelId, channelType, { messageSeqs }));
    }
  }

  async send(request: SendRequest): Promise<void> {
    await this.#first((node) => node.send(request));
  }

  /** @throws ImError of the last node */
  async #first<T>(call: (node: ImApi) => Promise<T>): Promise<T> {
    let last: unknown = new ImError(0, 'no IM server');
    for (const node of this.#nodes.slice()) {
      try {
        return await call(node);
      } catch (error) {
        last = error;
        if (!(error instanceof ImError)) throw error;
        // What one refuses another may do. An unreachable or broken node is asked last from now on.
        if (error.status !== 0 && error.status < 500) continue;
        const at = this.#nodes.indexOf(node);
        this.#nodes.splice(at, 1);
        this.#nodes.push(node);
      }
    }
    throw last;
  }
}
