/**
 * What a node of WuKongIM has stored itself, whoever leads what (`GET /cluster/messages`, wukongim.md C.6). `/messages`
 * and the history are answered by the node that leads the channel's slot or its log: the first may have no copy of the
 * channel at all, because nodes that were away when the channel was made hold none of it, and the second may be nobody.
 */
import { z } from 'zod';
import { type Channel, partiesOf, storedChannelId } from '../../business/im-client/channel-address.ts';
import { type ImApi, ImError, type ImMessage } from '../../business/im-client/im-api.ts';

/** More sendings have no client number. */
const MOST_OF_A_NUMBER = 100;
const SYSTEM_UID = '____system';

const Identity = z.object({ id: z.number() });
const StoredRow = z.object({
  message_id: z.string().regex(/^\d{1,19}$/),
  message_seq: z.number(),
  client_msg_no: z.string(),
  from_uid: z.string(),
  channel_id: z.string(),
  channel_type: z.number(),
  expire: z.number().default(0),
  timestamp: z.number(),
  payload: z.string().nullish(),
});
const StoredPage = z.object({ data: z.array(StoredRow).nullish() });
const ChannelConfig = z.object({ replicas: z.array(z.number()) });

export interface OwnStore {
  node: number;
  rows: ImMessage[];
  /** Ids of the nodes that hold the channel's log; null: not this node leads the channel's slot, so others know. */
  replicas: readonly number[] | null;
}

/** @throws ImError, also when the node has no such call */
export async function ownStoreOf(
  api: ImApi,
  loginUid: string,
  channel: Channel,
  keys: { messageIds?: readonly string[]; clientMsgNos?: readonly string[] },
): Promise<OwnStore> {
  const { id } = await read(api, Identity, '/cluster/node');
  const stored = storedChannelId(loginUid, channel);
  const questions = [
    ...(keys.messageIds ?? []).map((messageId) => ({ message_id: messageId })),
    // Without the channel: with it WuKongIM reads all of the channel and no index.
    ...(keys.clientMsgNos ?? []).map((no) => ({ client_msg_no: no, limit: String(MOST_OF_A_NUMBER) })),
  ];
  const path = `/cluster/channels/${encodeURIComponent(stored)}/${channel.channelType}/config`;
  const [pages, config] = await Promise.all([
    Promise.all(
      questions.map((question) => {
        const query = new URLSearchParams({ node_id: String(id), ...question });
        return read(api, StoredPage, `/cluster/messages?${query.toString()}`);
      }),
    ),
    read(api, ChannelConfig, path).catch((error: unknown) => {
      if (error instanceof ImError && error.status !== 0) return null;
      throw error;
    }),
  ]);
  return {
    node: id,
    rows: pages
      .flatMap((page) => page.data ?? [])
      .filter((row) => row.channel_id === stored && row.channel_type === channel.channelType)
      .map(asTold),
    replicas: config?.replicas ?? null,
  };
}

/**
 * Whether a message that was ever acknowledged would be among these: it is stored by more than half of the nodes that
 * hold the channel's log, and so many of those have answered that one of them would have it.
 */
export function wouldHaveIt(answers: readonly OwnStore[]): boolean {
  const told = answers.flatMap(({ replicas }) => (replicas === null ? [] : [replicas]));
  const [replicas] = told;
  // Two that take themselves for the leader of the slot: who knows what the other holds.
  if (replicas === undefined || told.length > 1) return false;
  const answered = new Set(answers.map(({ node }) => node));
  const silent = replicas.filter((node) => !answered.has(node)).length;
  return silent < Math.floor(replicas.length / 2) + 1;
}

/** As `/messages` tells it. */
function asTold(row: z.infer<typeof StoredRow>): ImMessage {
  const { message_id: messageId, from_uid: author, ...rest } = row;
  const parties = row.channel_type === 1 ? partiesOf(row.channel_id) : null;
  return {
    ...rest,
    message_idstr: messageId,
    from_uid: author === SYSTEM_UID ? '' : author,
    channel_id: parties?.find((uid) => uid !== author) ?? row.channel_id,
    setting: 0,
    header: { no_persist: 0, red_dot: 0, sync_once: 0 },
  };
}

async function read<T extends z.ZodType>(api: ImApi, schema: T, path: string): Promise<z.infer<T>> {
  const result = schema.safeParse(await api.call('GET', path));
  if (result.success) return result.data;
  throw new ImError(502, `GET ${path}: unexpected answer at ${result.error.issues[0]?.path.join('.') ?? ''}`);
}
