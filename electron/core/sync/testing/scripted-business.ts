/** A business server in memory for tests of the sync: answers fetch() the way TSDD does (ranges: wukongim.md C.5). */
import { channelKey, type ChannelRef } from '../../../../shared/domain.ts';
import type { Fetch } from '../../api/http.ts';

export interface ScriptedMessage {
  messageId: string;
  seq: number;
  fromUid: string;
  clientMsgNo?: string;
  payload?: Record<string, unknown>;
  revoke?: boolean;
  /** What it says since an edit of this version. */
  edit?: { content: string; version: number };
  /** Delivered, and marked as deleted for this account. */
  deleted?: boolean;
  setting?: number;
  timestamp?: number;
  /** Of a server that tells what was streamed into it. */
  eventMeta?: Record<string, unknown>;
}

export interface Asked {
  /** `POST /message/extra/sync` */
  call: string;
  body: Record<string, unknown>;
  query: Record<string, string>;
}

type Row = Record<string, unknown>;

const NOW = 1_795_400_000;

export class ScriptedBusiness {
  readonly asked: Asked[] = [];
  readonly messages = new Map<string, ScriptedMessage[]>();
  /** Rows of extra/sync per channel, any order. */
  readonly extras = new Map<
    string,
    { messageId: string; version: number; revoke?: boolean; edit?: ScriptedMessage['edit'] }[]
  >();
  conversations: {
    channel: ChannelRef;
    unread?: number;
    lastSeq?: number;
    pinned?: boolean;
    muted?: boolean;
  }[] = [];
  /** `users` of conversation/sync, where the answer has their conversations. */
  people: Row[] = [];
  offlineCommands: Row[][] = [];
  /** Answers by call, before everything else. */
  readonly overrides = new Map<string, () => Response>();
  /** Rows of conversation/extra/sync by channel key, as uploads write them. */
  readonly conversationExtras = new Map<string, Row>();
  revokeSecond = 120;
  /** Largest page of message/channel/sync and extra/sync, whatever is asked for. */
  maxRows = Number.POSITIVE_INFINITY;
  offline = false;
  /** Called with each call before it is answered. */
  onAsked: (call: string) => void = () => undefined;
  /** What the answer of a call waits for; null = nothing. */
  hold: (call: string) => Promise<void> | null = () => null;

  add(channel: ChannelRef, ...messages: ScriptedMessage[]): void {
    const key = channelKey(channel);
    this.messages.set(
      key,
      [...(this.messages.get(key) ?? []), ...messages].sort((a, b) => a.seq - b.seq),
    );
    if (!this.conversations.some((c) => channelKey(c.channel) === key)) this.conversations.push({ channel });
  }

  /** As another device of the account writes it. */
  writeDraft(channel: ChannelRef, draft: string, positions: Row = {}): void {
    this.conversationExtras.set(channelKey(channel), {
      browse_to: 0,
      keep_message_seq: 0,
      keep_offset_y: 0,
      ...positions,
      channel_id: channel.channelId,
      channel_type: channel.channelType,
      draft,
      version: 1_000_001 + this.#draftVersion++,
    });
  }
  #draftVersion = 0;

  /** Another log of messages from now on: cleared, cut, or a server that was set up anew. */
  replace(channel: ChannelRef, ...messages: ScriptedMessage[]): void {
    this.messages.delete(channelKey(channel));
    this.add(channel, ...messages);
  }

  revoke(channel: ChannelRef, messageId: string, version: number): void {
    const key = channelKey(channel);
    this.extras.set(key, [...(this.extras.get(key) ?? []), { messageId, version, revoke: true }]);
    const message = this.messages.get(key)?.find((m) => m.messageId === messageId);
    if (message) message.revoke = true;
  }

  count(call: string): number {
    return this.asked.filter((asked) => asked.call === call).length;
  }

  bodies(call: string): Record<string, unknown>[] {
    return this.asked.filter((asked) => asked.call === call).map((asked) => asked.body);
  }

  edit(channel: ChannelRef, messageId: string, content: string, version: number): void {
    const key = channelKey(channel);
    const edit = { content, version };
    this.extras.set(key, [...(this.extras.get(key) ?? []), { messageId, version, edit }]);
    const message = this.messages.get(key)?.find((m) => m.messageId === messageId);
    if (message) message.edit = edit;
  }

  readonly fetch: Fetch = (href, init) => {
    if (this.offline) return Promise.reject(new TypeError('fetch failed'));
    const url = new URL(href);
    const path = url.pathname.replace(/^\/v1/, '');
    const call = `${init.method ?? 'GET'} ${path}`;
    const body = typeof init.body === 'string' ? (JSON.parse(init.body) as Record<string, unknown>) : {};
    this.asked.push({ call, body, query: Object.fromEntries(url.searchParams) });
    this.onAsked(call);
    const override = this.overrides.get(call);
    const answer = (): Response =>
      override ? override() : new Response(JSON.stringify(this.#answer(call, body)));
    const held = this.hold(call);
    return held ? held.then(answer) : Promise.resolve(answer());
  };

  #answer(call: string, body: Record<string, unknown>): unknown {
    const key = `${String(body['channel_type'])}/${String(body['channel_id'])}`;
    switch (call) {
      case 'GET /common/appconfig':
        return { revoke_second: this.revokeSecond };
      case 'POST /conversation/sync':
        return this.#list(String(body['last_msg_seqs']), Number(body['msg_count']));
      case 'POST /message/channel/sync':
        return { messages: this.#history(key, body).map((m) => this.#row(m)) };
      case 'POST /message/extra/sync':
        return (this.extras.get(key) ?? [])
          .filter((extra) => extra.version > Number(body['extra_version']))
          .sort((a, b) => a.version - b.version)
          .slice(0, Math.min(Number(body['limit']), this.maxRows))
          .map((extra) => ({
            ...(extra.edit ? editRow(extra) : {}),
            message_id_str: extra.messageId,
            revoke: extra.revoke ? 1 : 0,
            revoker: 'u2',
            extra_version: extra.version,
          }));
      case 'POST /message/sync':
        return this.offlineCommands.shift() ?? [];
      case 'POST /conversation/extra/sync':
        return [...this.conversationExtras.values()].filter(
          (row) => Number(row['version']) > Number(body['version']),
        );
      default: {
        const [, id, type] = /^POST \/conversations\/([^/]+)\/(\d)\/extra$/.exec(call) ?? [];
        if (id !== undefined) {
          this.writeDraft({ channelId: id, channelType: Number(type) }, String(body['draft']), body);
          return { version: this.#draftVersion };
        }
        if (call.startsWith('GET /channels/')) return { extra: {} };
        if (call.startsWith('GET /users/')) return { uid: call.slice('GET /users/'.length), name: 'N' };
        if (/^GET \/groups\/[^/]+$/.test(call))
          return { group_no: call.slice('GET /groups/'.length), name: 'G', role: 0 };
        return call.startsWith('GET') || call.includes('sync') ? [] : { status: 200 };
      }
    }
  }

  #list(seqs: string, recents: number): Row {
    const conversations = this.#conversations(seqs, recents);
    const users = this.people.filter(({ uid }) => conversations.some((c) => c['channel_id'] === uid));
    return { conversations, users, groups: [] };
  }

  #conversations(seqs: string, recents: number): Row[] {
    const known = new Map(
      seqs.split('|').map((part) => {
        const [id, type, seq] = part.split(':');
        return [`${type ?? ''}/${id ?? ''}`, Number(seq)];
      }),
    );
    return this.conversations.flatMap(({ channel, unread, lastSeq, pinned, muted }) => {
      const rows = this.messages.get(channelKey(channel)) ?? [];
      const newer = rows.filter((m) => m.seq > (known.get(channelKey(channel)) ?? 0));
      if (known.has(channelKey(channel)) && newer.length === 0) return [];
      return [
        {
          channel_id: channel.channelId,
          channel_type: channel.channelType,
          unread: unread ?? 0,
          ...(pinned ? { stick: 1 } : {}),
          ...(muted ? { mute: 1 } : {}),
          timestamp: NOW,
          last_msg_seq: lastSeq ?? rows.at(-1)?.seq ?? 0,
          version: NOW * 1e9,
          recents: newer
            .toReversed()
            .slice(0, recents)
            .map((m) => ({ ...this.#row(m), extra_version: 0 })),
        },
      ];
    });
  }

  #history(key: string, body: Record<string, unknown>): ScriptedMessage[] {
    const rows = this.messages.get(key) ?? [];
    const start = Number(body['start_message_seq']);
    const end = Number(body['end_message_seq']);
    const limit = Math.min(Number(body['limit']), this.maxRows);
    if (start === 0 && end === 0) return rows.slice(-limit);
    if (body['pull_mode'] === 1)
      return rows.filter((m) => m.seq >= start && (end === 0 || m.seq < end)).slice(0, limit);
    return rows.filter((m) => m.seq > end && m.seq <= start).slice(-limit);
  }

  #row(message: ScriptedMessage): Row {
    return {
      message_idstr: message.messageId,
      message_seq: message.seq,
      client_msg_no: message.clientMsgNo ?? `c${message.messageId}`,
      from_uid: message.fromUid,
      timestamp: message.timestamp ?? NOW + message.seq,
      setting: message.setting ?? 0,
      // Real TSDD still delivers the payload of a recalled message.
      payload: message.payload ?? { type: 1, content: `text ${message.messageId}` },
      ...(message.eventMeta ? { event_meta: message.eventMeta } : {}),
      ...(message.edit ? { message_extra: editRow(message) } : {}),
      ...(message.deleted ? { is_deleted: 1 } : {}),
      ...(message.revoke ? { revoke: 1, revoker: 'u2', extra_version: 5 } : {}),
    };
  }
}

const editRow = ({
  messageId,
  edit,
}: {
  messageId: string;
  edit?: ScriptedMessage['edit'] | undefined;
}): Row => ({
  message_id_str: messageId,
  content_edit: { type: 1, content: edit?.content },
  edited_at: NOW,
  extra_version: edit?.version,
});
