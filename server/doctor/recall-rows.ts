/** Rows about recall and what surrounds it; each is a probe that `test:server` makes as well. */
import { numberAt } from '../probes/business.ts';
import {
  enforcesWindow,
  FORGERIES,
  othersEdit,
  readsThatLeak,
  strangersRead,
  takesForgery,
} from '../probes/recall-probes.ts';
import { reasonOf } from '../../shared/errors.ts';
import { NotTried } from '../probes/shortcoming.ts';
import type { World } from '../probes/world.ts';
import { bad, good, note, type Row, type Seen, unknown } from './diagnosis.ts';

const SLOW_MS = 1_000;
const GUARD = 'put the recall guard in front of it (docs/guard.md)';
const PLUGIN = 'join the recall guard’s plug-in to each WuKongIM node (docs/guard.md)';

async function messages({ alice, bob, toBob }: World): Promise<Seen> {
  let startedAt: number;
  try {
    await bob.connect();
    startedAt = performance.now();
    const sent = await alice.say(toBob, 'does it arrive');
    await bob.hearMessage(sent.messageId);
  } catch (error) {
    return bad(
      `a message is not taken, or does not arrive: ${reasonOf(error)}`,
      'look for "propose batch until applied timeout" in the log of each WuKongIM node: such a node writes no more until it is started anew (docs/protocol/wukongim.md D)',
    );
  }
  const tookMs = Math.round(performance.now() - startedAt);
  const found = `acknowledged and with the receiver after ${tookMs} ms`;
  return tookMs < SLOW_MS ? good(found) : note(found, 'look at the load of the IM server and its disk');
}

async function window(world: World, patienceMs: number, signal: AbortSignal): Promise<Seen> {
  const seconds = numberAt(world.config, 'revoke_second');
  if (seconds < 0) return note('recall is unlimited', 'set revoke_second in the manager, if it should end');
  try {
    if (await enforcesWindow(world, patienceMs, signal)) return good(`${seconds} s, enforced by the server`);
    return bad(
      `${seconds} s are published, and a message older than that was recalled: only apps keep to it`,
      GUARD,
    );
  } catch (error) {
    if (!(error instanceof NotTried)) throw error;
    const kind =
      numberAt(world.config, 'recall_enforced') === 1
        ? 'it says that it enforces them (recall_enforced)'
        : 'it does not say that it enforces them, and stock TSDD does not';
    return unknown(`${seconds} s are published; ${kind}`, error.message);
  }
}

async function leaks(world: World): Promise<Seen> {
  const found = await readsThatLeak(world);
  if (found.length === 0)
    return good('no word of a recalled message, its edit or a quote of it is sent any more');
  return bad(`after a recall the words are still sent: ${found.join('; ')}`, GUARD);
}

async function forgeries(world: World): Promise<Seen> {
  const taken: string[] = [];
  for (const forgery of FORGERIES) if (await takesForgery(world, forgery)) taken.push(forgery.name);
  if (taken.length === 0)
    return good('commands, recall notices and lines of the system are refused to members');
  return bad(`any member can send ${taken.join('; ')}`, PLUGIN);
}

async function tokens({ alice }: World): Promise<Seen> {
  try {
    const line = await alice.open('', { token: 'f'.repeat(32) });
    line.close();
  } catch {
    return good('a made-up token lets nobody in');
  }
  return bad(
    'the IM server takes any token: anybody reads and writes as anybody',
    'set tokenAuthOn: true in wk.yaml',
  );
}

async function edits(world: World): Promise<Seen> {
  return (await othersEdit(world))
    ? bad('anybody in a chat can change the words of another', GUARD)
    : good('nobody changes the words of another');
}

async function strangers(world: World): Promise<Seen> {
  const open = await strangersRead(world);
  return open.length === 0
    ? good('who is not in a group learns nothing of it')
    : bad(
        `who is not in a group reads ${open.join(', ')} of it`,
        'stock TSDD asks for no membership there, and no setting changes that: whoever knows the id of a group reads on',
      );
}

/** `world`: null when there are no accounts; `why` says so. */
export function recallRows(
  world: World | null,
  why: string,
  { patienceMs, signal }: { patienceMs: number; signal: AbortSignal },
): Row[] {
  let arrives = true;
  const row = (id: string, what: string, look: (world: World) => Promise<Seen>): Row => ({
    id,
    what,
    look() {
      if (!world) return unknown(why);
      return arrives ? look(world) : unknown('no message arrives');
    },
  });
  return [
    row('messages', 'messages', async (each) => {
      const seen = await messages(each);
      arrives = seen.verdict !== 'bad';
      return seen;
    }),
    row('tokens', 'tokens at the IM server', tokens),
    row('window', 'recall time', (each) => window(each, patienceMs, signal)),
    row('leaks', 'words after a recall', leaks),
    row('forgeries', 'forged commands and lines', forgeries),
    row('edits', 'edits by others', edits),
    row('strangers', 'groups to strangers', strangers),
  ];
}
