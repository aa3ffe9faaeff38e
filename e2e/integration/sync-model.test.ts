/**
 * Random operations of other people and of this account's other devices, while the app is online and while it is away.
 * After each reconnection everything the app shows is what the server says. A failure names its seed and operations.
 */
import { afterEach, expect, it, vi } from 'vitest';
import type { ChannelRef } from '../../shared/domain.ts';
import { createRandom } from '../soak/schedule.ts';
import { shownGroup, shownList, shownRows, trueGroup, trueList, trueRows } from './sync-model/truth.ts';
import { type Person, type Row, World } from './sync-model/world.ts';

/** `SYNC_SEEDS=100,101,…` runs others, `SYNC_ROUNDS` more of them. */
const SEEDS = (process.env['SYNC_SEEDS'] ?? '204,207').split(',').map(Number);
const ROUNDS = Number(process.env['SYNC_ROUNDS'] ?? '3');
const OPERATIONS = 16;

let world: World | undefined;
afterEach(async () => {
  await world?.close();
  world = undefined;
});

const personChannel = ({ uid }: Person): ChannelRef => ({ channelId: uid, channelType: 1 });
const groupChannel = (groupNo: string): ChannelRef => ({ channelId: groupNo, channelType: 2 });
const bit = (value: boolean): 0 | 1 => (value ? 1 : 0);

/** The people, their groups, and what can happen to them. */
class Model {
  readonly done: string[] = [];
  refused = 0;
  readonly groups: string[] = [];
  readonly world: World;
  readonly me: Person;
  readonly bob: Person;
  readonly cat: Person;
  readonly #random: () => number;
  #said = 0;

  constructor(here: World, [me, bob, cat]: Person[], random: () => number) {
    this.world = here;
    this.me = me as Person;
    this.bob = bob as Person;
    this.cat = cat as Person;
    this.#random = random;
  }

  #chance(likelihood: number): boolean {
    return this.#random() < likelihood;
  }

  #pick<T>(items: readonly T[]): T {
    return items[Math.floor(this.#random() * items.length)] as T;
  }

  /** Friends, two groups of Bob's with me in them, something said in each chat. */
  async begin(): Promise<void> {
    for (const friend of [this.bob, this.cat]) await this.befriend(friend);
    for (const name of ['红', '蓝']) {
      const members = [this.me.uid, this.cat.uid];
      const group = (await this.#as(this.bob, 'POST', '/group/create', { members, name })) as Row;
      this.groups.push(String(group['group_no']));
    }
    for (let i = 0; i < 12; i += 1) await this.#someoneSpeaks();
  }

  /** I ask, they accept. */
  async befriend(friend: Person): Promise<void> {
    const found = (await this.#as(this.me, 'GET', `/user/search?keyword=${friend.name}-account`)) as Row;
    const { vercode } = found['data'] as { vercode: string };
    await this.#as(this.me, 'POST', '/friend/apply', { to_uid: friend.uid, vercode, remark: 'hi' });
    const rows = (await this.#as(friend, 'GET', '/friend/apply?page_index=1&page_size=20')) as Row[];
    await this.#as(friend, 'POST', '/friend/sure', { token: rows[0]?.['token'] });
  }

  /** One random operation; those the server refuses (not a member now …) count as none. */
  async step(): Promise<void> {
    return this.#try(this.#chance(0.45) ? () => this.#someoneSpeaks() : this.#pick(this.#operations));
  }

  /** Somebody else says something, or something is taken back. (Who speaks has read: of that only the list tells.) */
  async talk(): Promise<void> {
    return this.#try(() =>
      this.#chance(0.5) ? this.#someoneSpeaks(0) : this.#recall(this.#pick(this.channels())),
    );
  }

  async #try(operation: () => Promise<unknown>): Promise<void> {
    try {
      await operation();
    } catch (error) {
      if (!(error instanceof Error) || !error.message.includes(': 400 ')) throw error;
      this.refused += 1;
      this.done.push(`refused: ${error.message.slice(0, 120)}`);
    }
  }

  channels(): ChannelRef[] {
    return [...[this.bob, this.cat].map(personChannel), ...this.groups.map(groupChannel)];
  }

  #as(person: Person, method: string, path: string, body?: unknown): Promise<unknown> {
    this.done.push(`${person.name}: ${method} ${path} ${JSON.stringify(body ?? '')}`);
    return this.world.call(person, method, path, body);
  }

  async #someoneSpeaks(meToo = 0.2): Promise<void> {
    const group = this.#chance(0.6) ? this.#pick(this.groups) : null;
    const person = this.#pick([this.bob, this.cat]);
    const author = this.#chance(meToo) ? this.me : person;
    const channel =
      group !== null ? groupChannel(group) : personChannel(author === this.me ? person : this.me);
    // Sometimes more than one answer of the list brings.
    const count = this.#chance(0.1) ? 30 : 1 + Math.floor(this.#random() * 3);
    for (let i = 0; i < count; i += 1) {
      this.#said += 1;
      const mention = group !== null && this.#chance(0.3) ? { mention: { uids: [this.me.uid] } } : {};
      const content = `said ${this.#said}`;
      this.done.push(`${author.name} says ${content} in ${channel.channelId}`);
      await this.world.say(author, channel, { type: 1, content, ...mention });
    }
  }

  async #messageOf(channel: ChannelRef): Promise<Row | null> {
    const answer = (await this.world.call(this.me, 'POST', '/message/channel/sync', {
      channel_id: channel.channelId,
      channel_type: channel.channelType,
      start_message_seq: 0,
      end_message_seq: 0,
      limit: 200,
      pull_mode: 0,
    })) as { messages: Row[] };
    const texts = answer.messages.filter((row) => (row['payload'] as Row)['type'] === 1);
    return texts.length === 0 ? null : this.#pick(texts);
  }

  readonly #operations: readonly (() => Promise<unknown>)[] = [
    // ---- my other device ----
    () => this.#set(this.#pick(this.channels()), { top: bit(this.#chance(0.5)) }),
    () => this.#set(this.#pick(this.channels()), { mute: bit(this.#chance(0.5)) }),
    () => this.#read(this.#pick(this.channels())),
    () => this.#read(this.#pick(this.channels())),
    () => this.#delete(this.#pick(this.channels())),
    () => this.#deleteMessage(this.#pick(this.channels())),
    () => this.#draft(this.#pick(this.channels()), this.#chance(0.3) ? '' : `draft ${this.done.length}`),
    () =>
      this.#as(this.me, 'PUT', '/friend/remark', {
        uid: this.#pick([this.bob, this.cat]).uid,
        remark: this.#chance(0.3) ? '' : `remark ${this.done.length}`,
      }),
    () => this.#as(this.me, 'DELETE', `/friends/${this.cat.uid}`),
    () => this.befriend(this.cat),
    () => this.#as(this.me, this.#pick(['POST', 'DELETE']), `/user/blacklist/${this.cat.uid}`),
    // ---- in this window ----
    () => this.#readHere(this.#pick(this.channels())),
    // ---- others ----
    () => this.#recall(this.#pick(this.channels())),
    () => this.#recall(this.#pick(this.channels())),
    () => this.#as(this.bob, 'PUT', `/groups/${this.#pick(this.groups)}`, { name: `G${this.done.length}` }),
    () => this.#as(this.bob, 'PUT', `/groups/${this.#pick(this.groups)}`, { notice: `N${this.done.length}` }),
    () => this.#manager(this.#pick([this.me, this.cat])),
    () => this.#member('DELETE', this.cat),
    () => this.#member('POST', this.cat),
    () => this.#member('DELETE', this.me),
    () => this.#member('POST', this.me),
    () => this.#member('POST', this.me),
    () =>
      this.#as(this.bob, 'PUT', `/groups/${this.#pick(this.groups)}/setting`, {
        allow_view_history_msg: bit(this.#chance(0.5)),
      }),
    () =>
      this.#as(this.bob, 'POST', `/groups/${this.#pick(this.groups)}/forbidden/${bit(this.#chance(0.5))}`),
  ];

  #set({ channelId, channelType }: ChannelRef, setting: Row): Promise<unknown> {
    const kind = channelType === 1 ? 'users' : 'groups';
    return this.#as(this.me, 'PUT', `/${kind}/${channelId}/setting`, setting);
  }

  /** As the handlers do. */
  async #readHere(channel: ChannelRef): Promise<void> {
    const conversation = this.world.store.conversations.get(channel);
    if (!conversation || !this.world.online) return;
    const { lastMessageSeq } = conversation;
    this.world.store.conversations.markRead(channel, lastMessageSeq);
    await this.#as(this.me, 'PUT', '/coversation/clearUnread', {
      channel_id: channel.channelId,
      channel_type: channel.channelType,
      unread: 0,
      message_seq: lastMessageSeq,
    });
  }

  #read({ channelId, channelType }: ChannelRef): Promise<unknown> {
    return this.#as(this.me, 'PUT', '/coversation/clearUnread', {
      channel_id: channelId,
      channel_type: channelType,
      unread: 0,
      message_seq: 0,
    });
  }

  async #delete(channel: ChannelRef): Promise<void> {
    await this.#read(channel);
    await this.#as(this.me, 'DELETE', `/conversations/${channel.channelId}/${channel.channelType}`);
  }

  async #deleteMessage({ channelId, channelType }: ChannelRef): Promise<void> {
    const message = await this.#messageOf({ channelId, channelType });
    if (!message) return;
    // Nobody deletes what they do not see.
    await this.#read({ channelId, channelType });
    await this.#as(this.me, 'DELETE', '/message', [
      {
        message_id: message['message_idstr'],
        message_seq: message['message_seq'],
        channel_id: channelId,
        channel_type: channelType,
      },
    ]);
  }

  #draft({ channelId, channelType }: ChannelRef, draft: string): Promise<unknown> {
    return this.#as(this.me, 'POST', `/conversations/${channelId}/${channelType}/extra`, {
      browse_to: 0,
      keep_message_seq: 0,
      keep_offset_y: 0,
      draft,
    });
  }

  /** By its author. */
  async #recall(channel: ChannelRef): Promise<void> {
    const message = await this.#messageOf(channel);
    const author = [this.me, this.bob, this.cat].find((person) => person.uid === message?.['from_uid']);
    if (!message || !author) return;
    const seen = author === this.me || channel.channelType === 2 ? channel.channelId : this.me.uid;
    const query = new URLSearchParams({
      message_id: String(message['message_idstr']),
      client_msg_no: String(message['client_msg_no']),
      channel_id: seen,
      channel_type: String(channel.channelType),
    });
    await this.#as(author, 'POST', `/message/revoke?${query.toString()}`);
  }

  #manager({ uid }: Person): Promise<unknown> {
    return this.#as(this.bob, this.#pick(['POST', 'DELETE']), `/groups/${this.#pick(this.groups)}/managers`, [
      uid,
    ]);
  }

  #member(method: string, { uid }: Person): Promise<unknown> {
    return this.#as(this.bob, method, `/groups/${this.#pick(this.groups)}/members`, { members: [uid] });
  }
}

/** Waits until the app shows what the server says: the server's commands and the app's look-ups take a moment. */
async function expectTruth({ world: here, me, groups }: Model): Promise<void> {
  const lists = await trueList(here, me);
  const openGroups = groups.filter((groupNo) => here.isOpen(groupChannel(groupNo)));
  const details = await Promise.all(openGroups.map((groupNo) => trueGroup(here, me, groupNo)));
  // Of a group I am not in the server shows nothing, and what was read stays readable.
  const readable = here.open.filter((channel) => channel.channelType === 1 || details[0] !== null);
  const rows = await Promise.all(readable.map((channel) => trueRows(here, me, channel)));
  await vi.waitFor(
    async () => {
      here.receive();
      expect(shownList(here)).toEqual(lists);
      expect(openGroups.map((groupNo) => shownGroup(here, groupNo))).toEqual(details);
      for (const [i, channel] of readable.entries()) {
        const shown = await shownRows(here, channel);
        expect(shown).toEqual(rows[i]?.map(({ seq, from, shows }) => ({ seq, from, shows })));
      }
    },
    { timeout: 15_000, interval: 20 },
  );
}

it.each(SEEDS)(
  'after each reconnection the app shows what the server says (seed %i)',
  async (seed) => {
    const random = createRandom(seed);
    const started = await World.start(['alice', 'bobby', 'cathy']);
    world = started.world;
    const model = new Model(world, started.people, random);
    try {
      await model.begin();
      await world.connect();
      await expectTruth(model);
      for (let round = 0; round < ROUNDS; round += 1) {
        const channels = model.channels();
        world.show(channels[Math.floor(random() * channels.length)] as ChannelRef);
        // Some of it online, some while away.
        const online = Math.floor(random() * 4);
        for (let i = 0; i < online; i += 1) {
          await model.step();
          world.receive();
        }
        model.done.push('-- disconnected');
        world.disconnect();
        for (let i = 0; i < OPERATIONS; i += 1) await model.step();
        if (random() < 0.5) {
          model.done.push('-- another device takes the commands');
          await world.takeCommands();
        }
        if (random() < 0.3) {
          model.done.push('-- restart');
          world.restart();
        }
        if (random() < 0.3) {
          const ms = Math.floor(random() * 40);
          model.done.push(`-- connected for ${ms} ms`);
          await world.connectInVain(ms);
          await model.step();
        }
        model.done.push('-- connected');
        await world.connect();
        await expectTruth(model);
      }
      expect(model.refused).toBeLessThan((ROUNDS * OPERATIONS) / 3);
    } catch (error) {
      console.error(`seed ${seed}:\n${model.done.join('\n')}\nlog:\n${world.logs.slice(-30).join('\n')}`);
      throw error;
    }
  },
  60_000,
);

it.each(['cmd', 'recv'] as const)(
  'a connection that lives and swallows every %s: whoever looks sees what the server says',
  async (what) => {
    const random = createRandom(SEEDS[0] ?? 204);
    const started = await World.start(['alice', 'bobby', 'cathy']);
    world = started.world;
    const model = new Model(world, started.people, random);
    try {
      await model.begin();
      // What is said now is of after the connection, whatever part of a second it came up in.
      world.aheadMs = -5_000;
      await world.connect();
      await expectTruth(model);
      for (let round = 0; round < ROUNDS; round += 1) {
        world.show(model.channels()[round % 4] as ChannelRef);
        await expectTruth(model);
        world.swallowed = what;
        for (let i = 0; i < OPERATIONS; i += 1) {
          await model.talk();
          world.receive();
        }
        // All of it is owed for long.
        world.aheadMs += 20_000;
        world.look();
        await expectTruth(model);
        world.swallowed = null;
      }
      const verdicts = what === 'recv' ? 1 : 0;
      await vi.waitFor(() => expect(started.world.dead).toBe(verdicts), { timeout: 10_000 });
    } catch (error) {
      console.error(`${what}:\n${model.done.join('\n')}\nlog:\n${world.logs.slice(-30).join('\n')}`);
      throw error;
    }
  },
  60_000,
);
