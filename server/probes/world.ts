/**
 * The people a run works with: throw-away accounts where the server registers by user name or takes a fixed SMS code,
 * else accounts that were given. Whatever is made is on a list, and goes at the end.
 */
import { randomBytes } from 'node:crypto';
import { reasonOf } from '../../shared/errors.ts';
import type { JsonObject } from '../../shared/json.ts';
import { Business, objectAt, objectOf, rowsOf, textAt } from './business.ts';
import { type Chat, GROUP, PERSON, Person } from './person.ts';
import { need, NotTried, quoted, Shortcoming } from './shortcoming.ts';
import { eventually } from './within.ts';

export interface Account {
  username: string;
  password: string;
}

export interface WorldOptions {
  /** As given: with or without `/v1`. */
  url: string;
  accounts: readonly Account[];
  /** The fixed code of the server for phones, where it has one; null: none is tried. */
  smsCode: string | null;
  signal: AbortSignal;
}

const PEOPLE = 3;
/** A group's events are written behind the answer (tsdd-api.md 0). */
const EVENT_MS = 6_000;
const SEARCH_MS = 8_000;

/** The base address behind what was typed; TSDD's web image keeps its API below `/api`. @throws Shortcoming */
export async function findBusiness(
  url: string,
  signal: AbortSignal,
): Promise<{ business: Business; config: JsonObject }> {
  const typed = url.replace(/\/+$/, '').replace(/\/v1$/, '');
  let why: unknown;
  for (const base of [typed, `${typed}/api`]) {
    const business = new Business(base, signal);
    try {
      // Without `version`: with it a server answers zeros (tsdd-api.md 1.4).
      const config = objectOf('common/appconfig', await business.call('GET', 'common/appconfig'));
      need('revoke_second' in config, `common/appconfig of ${base} has no revoke_second: no TSDD server`);
      return { business, config };
    } catch (error) {
      why ??= error;
    }
  }
  throw new Shortcoming(`no TSDD server answers at ${typed}: ${reasonOf(why)}`, { cause: why });
}

export class World {
  readonly business: Business;
  readonly config: JsonObject;
  readonly alice: Person;
  readonly bob: Person;
  /** What could not be taken away again, in words. */
  readonly leftBehind: string[] = [];
  readonly #third: Person | null;
  readonly #endings: { what: string; end: () => Promise<unknown> }[] = [];
  #group: Chat | null = null;

  constructor(business: Business, config: JsonObject, people: readonly Person[]) {
    const [alice, bob, third = null] = people;
    if (!alice || !bob) throw new NotTried('two accounts are needed');
    this.business = business;
    this.config = config;
    this.alice = alice;
    this.bob = bob;
    this.#third = third;
  }

  /** A third person. @throws NotTried with two given accounts */
  get carol(): Person {
    if (this.#third) return this.#third;
    throw new NotTried('needs a third account');
  }
  get people(): Person[] {
    return this.#third ? [this.alice, this.bob, this.#third] : [this.alice, this.bob];
  }
  get toBob(): Chat {
    return { id: this.bob.uid, type: PERSON };
  }
  get toAlice(): Chat {
    return { id: this.alice.uid, type: PERSON };
  }

  /** Something to be taken away again, the last one first. */
  atEnd(what: string, end: () => Promise<unknown>): void {
    this.#endings.push({ what, end });
  }

  /** The group of the run: alice owns it, everybody else is a member. */
  async group(): Promise<Chat> {
    this.#group ??= await this.newGroup(this.people.slice(1));
    return this.#group;
  }

  async newGroup(members: readonly Person[]): Promise<Chat> {
    const answer = await this.alice.ask('POST', 'group/create', {
      members: members.map(({ uid }) => uid),
      name: 'contract check',
    });
    const id = textAt(answer, 'group_no');
    need(id !== '', 'group/create: no group_no in the answer');
    this.atEnd(`group ${id}`, async () => {
      const gone = await this.alice.call('DELETE', `groups/${id}/disband`);
      // Disbanded by a check already.
      if (gone.status !== 200 && gone.status !== 400) throw new Shortcoming(quoted(gone.text));
    });
    const chat: Chat = { id, type: GROUP };
    const there = await eventually(EVENT_MS, async () => {
      const rows = await this.members(chat);
      return members.every(({ uid }) => rows.some((row) => row['uid'] === uid)) ? rows : null;
    });
    need(there !== null, 'the members of a new group are not in membersync');
    return chat;
  }

  async members(chat: Chat, by: Person = this.alice): Promise<JsonObject[]> {
    const rows = rowsOf(
      'membersync',
      await by.call('GET', `groups/${chat.id}/membersync?version=0&limit=10000`),
    );
    return rows.filter((row) => row['is_deleted'] !== 1);
  }

  /** Takes away what was made, within `ms`; what stays is in `leftBehind`. Never throws. */
  async end(ms: number): Promise<void> {
    this.business.startAnew(AbortSignal.timeout(ms));
    for (const { what, end } of this.#endings.toReversed()) {
      try {
        await end();
      } catch (error) {
        this.leftBehind.push(`${what} (${quoted(reasonOf(error))})`);
      }
    }
    for (const person of this.people) person.disconnect();
  }
}

/**
 * Finds the server, makes or signs in the people, and makes them friends: some servers let only friends write to each
 * other, or into one group.
 * @throws Shortcoming, NotTried (no way to an account)
 */
export async function openWorld({ url, accounts, smsCode, signal }: WorldOptions): Promise<World> {
  const { business, config } = await findBusiness(url, signal);
  const people: Person[] = [];
  const made: Person[] = [];
  if (accounts.length > 0) {
    for (const account of accounts.slice(0, PEOPLE)) people.push(new Person(business, account));
  } else {
    for (let n = 0; n < PEOPLE; n += 1) {
      const person = await register(business, smsCode);
      people.push(person);
      made.push(person);
    }
  }
  // Once more after a registration: TSDD's IM server takes only the token of a sign-in (tsdd-api.md 1.3).
  for (const person of people) await person.signIn();
  const world = new World(business, config, people);
  if (made.length > 0) {
    const names = made.map(({ username }) => username).join(', ');
    world.atEnd(`accounts ${names}`, () => closeAccounts(made, smsCode));
  }
  for (const [n, one] of people.entries()) {
    for (const other of people.slice(n + 1)) {
      await befriend(one, other);
      if (made.length > 0) continue;
      world.atEnd(`friendship of ${one.username} and ${other.username}`, async () => {
        objectOf('friends', await one.call('DELETE', `friends/${other.uid}`));
      });
    }
  }
  return world;
}

async function register(business: Business, smsCode: string | null): Promise<Person> {
  const mark = randomBytes(6).toString('hex');
  const byName = new Person(business, {
    username: `wkcheck${mark}`,
    password: randomBytes(12).toString('hex'),
  });
  const answer = await business.call('POST', 'user/usernameregister', {
    body: {
      username: byName.username,
      password: byName.password,
      name: `check ${mark.slice(0, 4)}`,
      flag: 2,
    },
  });
  if (answer.status === 200 && textAt(objectAt(answer.json as JsonObject, 'data'), 'uid') !== '')
    return byName;
  if (smsCode === null)
    throw new NotTried(
      `no account can be made (${quoted(answer.text)}): give two in WUKONG_CHECK_ACCOUNTS as name:password,name:password`,
    );
  return registerPhone(business, smsCode);
}

/** A number nobody has: 555-01xx of North America, with more digits than any real one. @throws NotTried */
export async function registerPhone(business: Business, code: string): Promise<Person> {
  const phone = `55501${String(randomBytes(4).readUInt32BE()).padStart(10, '0')}`;
  const password = randomBytes(12).toString('hex');
  const answer = await business.call('POST', 'user/register', {
    body: { zone: '001', phone, code, password, name: 'check', flag: 2 },
  });
  if (answer.status === 200) return new Person(business, { username: `001${phone}`, password });
  throw new NotTried(
    `no account can be made by phone (${quoted(answer.text)}): give two in WUKONG_CHECK_ACCOUNTS as name:password,name:password`,
  );
}

/** @throws Shortcoming: TSDD closes an account with an SMS code only */
export async function closeAccounts(people: readonly Person[], smsCode: string | null): Promise<void> {
  if (smsCode === null)
    throw new Shortcoming('the server closes accounts with an SMS code only; --sms-code was not given');
  for (const person of people) {
    // The session may have been ended by a check.
    await person.signIn();
    const answer = await person.call('DELETE', `user/destroy/${smsCode}`);
    if (answer.status !== 200) throw new Shortcoming(`user/destroy: ${answer.status} ${quoted(answer.text)}`);
  }
}

/** Search, request, acceptance (tsdd-api.md 2.2); nothing when they are friends already. */
async function befriend(one: Person, other: Person): Promise<void> {
  const detail = await one.ask('GET', `users/${other.uid}`);
  if (detail['follow'] === 1) return;
  const search = `user/search?keyword=${encodeURIComponent(other.username)}`;
  // Asked again: servers let nobody search often.
  const answer = await eventually(SEARCH_MS, async () => {
    const found = await one.call('GET', search);
    return found.status === 200 ? found : null;
  });
  const found = objectOf('user/search', answer ?? (await one.call('GET', search)));
  const vercode = textAt(objectAt(found, 'data'), 'vercode');
  await one.ask('POST', 'friend/apply', { to_uid: other.uid, remark: '', vercode });
  const requests = rowsOf('friend/apply', await other.call('GET', 'friend/apply?page_index=1&page_size=20'));
  const token = textAt(
    requests.find((row) => textAt(row, 'to_uid') === one.uid),
    'token',
  );
  need(token !== '', 'friend/apply: the request did not reach the other');
  await other.ask('POST', 'friend/sure', { token });
}
