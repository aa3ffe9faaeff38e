/** The HTTP APIs of the WuKongIM nodes: the first that can be reached is asked; any node of a cluster knows all. */
import {
  ImApi,
  ImError,
  type HistoryRange,
  type ImMessage,
  type SendRequest,
} from '../../business/im-client/im-api.ts';
import type { MessageLookup } from '../../business/messages/recall-target.ts';

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

  history(
    loginUid: string,
    channelId: string,
    channelType: number,
    range: HistoryRange,
  ): Promise<ImMessage[]> {
    return this.#first((node) => node.history(loginUid, channelId, channelType, range));
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
        // A refusal is the same everywhere; an unreachable or broken node is asked last from now on.
        if (!(error instanceof ImError) || (error.status !== 0 && error.status < 500)) throw error;
        const at = this.#nodes.indexOf(node);
        this.#nodes.splice(at, 1);
        this.#nodes.push(node);
      }
    }
    throw last;
  }
}
