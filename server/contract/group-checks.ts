/** Groups: who is in, who may write, who may decide (docs/protocol/tsdd-api.md 3). */
import type { JsonObject } from '../../shared/json.ts';
import { numberAt, rowsOf, textAt } from '../probes/business.ts';
import type { Chat, Person } from '../probes/person.ts';
import { need } from '../probes/shortcoming.ts';
import { eventually } from '../probes/within.ts';
import type { World } from '../probes/world.ts';
import type { Check } from './check.ts';

const EVENT_MS = 8_000;
const ROLE = { member: 0, owner: 1, manager: 2 } as const;

async function roleOf(world: World, chat: Chat, person: Person): Promise<number | null> {
  const row = (await world.members(chat)).find((each) => each['uid'] === person.uid);
  return row === undefined ? null : numberAt(row, 'role');
}

/** Until a SEND of this person is answered as wanted: rights reach the IM server behind the answer. */
async function sendingBecomes(person: Person, chat: Chat, allowed: boolean): Promise<number | null> {
  return eventually(EVENT_MS, async () => {
    const { reason } = await person.send(chat, { type: 1, content: 'may I' });
    return (reason === 1) === allowed ? reason : null;
  });
}

export const GROUP_CHECKS: readonly Check[] = [
  {
    id: 'group.create',
    title: 'makes a group whose owner has role 1, and says so in it',
    async run(world) {
      const { alice, bob } = world;
      await bob.connect();
      const chat = await world.newGroup([bob]);
      need((await roleOf(world, chat, alice)) === ROLE.owner, 'the creator is not the owner');
      need((await roleOf(world, chat, bob)) === ROLE.member, 'a member has another role than 0');
      const line = await eventually(EVENT_MS, async () =>
        (await bob.history(chat)).find(
          (row) => (row['payload'] as JsonObject | undefined)?.['type'] === 1001,
        ),
      );
      need(line !== null, 'no line 1001 in the history of a new group');
      const detail = await bob.ask('GET', `groups/${chat.id}`);
      need(
        textAt(detail, 'group_no') === chat.id && numberAt(detail, 'member_count') === 2,
        'groups/:no does not count two',
      );
    },
  },
  {
    id: 'group.strangers-write',
    title: 'takes no message from who is not in the group',
    async run(world) {
      const chat = await world.newGroup([world.bob]);
      const { reason } = await world.carol.send(chat, { type: 1, content: 'let me in' });
      need(reason !== 1, 'a message of a stranger was taken');
    },
  },
  {
    id: 'group.strangers-read',
    title: 'shows the history to members only',
    async run(world) {
      const chat = await world.newGroup([world.bob]);
      await world.alice.say(chat, 'among us');
      const answer = await world.carol.historyAnswer(chat, {});
      need(
        answer.status !== 200 || rowsOf('message/channel/sync', answer, 'messages').length === 0,
        'a stranger reads the history',
      );
    },
  },
  {
    id: 'group.members',
    title: 'adds a member who then reads and writes, and removes one who then does neither',
    async run(world) {
      const { alice, bob, carol } = world;
      const chat = await world.newGroup([bob]);
      await alice.ask('POST', `groups/${chat.id}/members`, { members: [carol.uid] });
      need((await sendingBecomes(carol, chat, true)) !== null, 'who was added cannot write');
      await alice.ask('DELETE', `groups/${chat.id}/members`, { members: [carol.uid] });
      need((await sendingBecomes(carol, chat, false)) !== null, 'who was removed goes on writing');
      need((await roleOf(world, chat, carol)) === null, 'who was removed is still in membersync');
      const answer = await carol.historyAnswer(chat, {});
      need(
        answer.status !== 200 || rowsOf('message/channel/sync', answer, 'messages').length === 0,
        'who was removed reads the history',
      );
    },
  },
  {
    id: 'group.roles',
    title: 'lets the owner make a manager, and a member none',
    async run(world) {
      const { alice, bob } = world;
      const chat = await world.newGroup([bob]);
      const by = await bob.call('POST', `groups/${chat.id}/managers`, [bob.uid]);
      need(by.status === 400, `a member made a manager: ${by.status}`);
      await alice.ask('POST', `groups/${chat.id}/managers`, [bob.uid]);
      need((await roleOf(world, chat, bob)) === ROLE.manager, 'the new manager has another role than 2');
    },
  },
  {
    id: 'group.name',
    title: 'lets the owner rename the group, and a member not',
    async run(world) {
      const { alice, bob } = world;
      const chat = await world.newGroup([bob]);
      const by = await bob.call('PUT', `groups/${chat.id}`, { name: 'mine now' });
      need(by.status === 400, `a member renamed the group: ${by.status}`);
      await alice.ask('PUT', `groups/${chat.id}`, { name: 'renamed' });
      need(
        textAt(await bob.ask('GET', `groups/${chat.id}`), 'name') === 'renamed',
        'the new name is not there',
      );
    },
  },
  {
    id: 'group.mute-all',
    title: 'keeps members from writing while all are muted, the owner not',
    async run(world) {
      const { alice, bob } = world;
      const chat = await world.newGroup([bob]);
      await alice.ask('POST', `groups/${chat.id}/forbidden/1`);
      need((await sendingBecomes(bob, chat, false)) !== null, 'a muted member writes');
      await alice.say(chat, 'I may');
      await alice.ask('POST', `groups/${chat.id}/forbidden/0`);
      need((await sendingBecomes(bob, chat, true)) !== null, 'the mute does not end');
    },
  },
  {
    id: 'group.mute-one',
    title: 'keeps one member from writing, and lets them again',
    async run(world) {
      const { alice, bob } = world;
      const chat = await world.newGroup([bob]);
      const path = `groups/${chat.id}/forbidden_with_member`;
      await alice.ask('POST', path, { member_uid: bob.uid, action: 1, key: 1 });
      need((await sendingBecomes(bob, chat, false)) !== null, 'a muted member writes');
      await alice.ask('POST', path, { member_uid: bob.uid, action: 0, key: 1 });
      need((await sendingBecomes(bob, chat, true)) !== null, 'the mute does not end');
    },
  },
  {
    id: 'group.transfer',
    title: 'hands the group on: the new owner has role 1, the old one 0',
    async run(world) {
      const { alice, bob } = world;
      const chat = await world.newGroup([bob]);
      // The end of the run disbands as the owner.
      world.atEnd(`group ${chat.id} handed on`, () => bob.call('DELETE', `groups/${chat.id}/disband`));
      await alice.ask('POST', `groups/${chat.id}/transfer/${bob.uid}`);
      need((await roleOf(world, chat, bob)) === ROLE.owner, 'the new owner has another role than 1');
      need((await roleOf(world, chat, alice)) === ROLE.member, 'the old owner has another role than 0');
    },
  },
  {
    id: 'group.leave',
    title: 'lets a member leave, who can then write no more',
    async run(world) {
      const { bob } = world;
      const chat = await world.newGroup([bob]);
      await bob.ask('POST', `groups/${chat.id}/exit`);
      need((await sendingBecomes(bob, chat, false)) !== null, 'who left goes on writing');
      need((await roleOf(world, chat, bob)) === null, 'who left is still in membersync');
    },
  },
  {
    id: 'group.disband',
    title: 'takes no message once the group is disbanded',
    async run(world) {
      const { alice, bob } = world;
      const chat = await world.newGroup([bob]);
      await alice.ask('DELETE', `groups/${chat.id}/disband`);
      need((await sendingBecomes(bob, chat, false)) !== null, 'a disbanded group goes on');
    },
  },
];
