/**
 * Every channel of the IPC contract with fitting and unfitting arguments: core channels against a real store, shell
 * channels through the door.
 */
import * as fc from 'fast-check';
import { answerCall, type Sender } from '../../electron/main/ipc/ipc.ts';
import { openExternal } from '../../electron/main/security/security.ts';
import type { Handlers } from '../../shared/ipc/contract/channel.ts';
import {
  contract,
  type ChannelName,
  coreContract,
  type CoreContract,
  mainContract,
  type MainContract,
} from '../../shared/ipc/contract/contract.ts';
import { CodedError, type Result } from '../../shared/ipc/result.ts';
import { arbitraryOf } from './arbitrary-of-schema.ts';
import { CoreRig } from './core-rig.ts';
import { hostileValue, SECRET, spoiltJson } from './mutate.ts';
import { batches, checkEach, draw, noSecretIn, type Target } from './target.ts';

/** What exists in the rig, so that cases get further than "not found". */
const POOL = [
  'bob',
  'g1',
  'u1',
  'u2',
  'u2:c2124791608111960065',
  'bob:c2124791608111960064',
  '2124791608111960064',
  '2124791608111960065',
  SECRET,
  '撤回 消息',
  '"*" OR a*',
];

function argsOf(channel: ChannelName): fc.Arbitrary<unknown> {
  const fitting = arbitraryOf(contract[channel].args, POOL);
  const samples = fc.sample(fitting, { seed: 1, numRuns: 6 });
  return fc.oneof(
    { weight: 5, arbitrary: fitting },
    { weight: 3, arbitrary: spoiltJson(...samples.map((sample) => sample ?? null)) },
    { weight: 1, arbitrary: hostileValue },
  );
}

function callsOf(channels: readonly ChannelName[]): fc.Arbitrary<[ChannelName, unknown]> {
  return fc.oneof(...channels.map((channel) => fc.tuple(fc.constant(channel), argsOf(channel))));
}

/** A failure has a code; `internal` means that nobody thought of this case. */
function checkResult(channel: string, args: unknown, result: Result<unknown>): void {
  const told = (): string => JSON.stringify(args)?.slice(0, 400) ?? 'undefined';
  if (!result.ok) {
    if (result.code === 'internal') throw new Error(`${channel}(${told()}): internal: ${result.message}`);
    if (result.message.includes(SECRET)) throw new Error(`${channel}: the refusal quotes its argument`);
    return;
  }
  const parsed = contract[channel as ChannelName].result.safeParse(result.value);
  if (!parsed.success)
    throw new Error(`${channel}(${told()}) answers what the contract forbids: ${parsed.error.message}`);
}

const BATCH = 100;
/** Reads every file of the profile: a few times are enough. */
const SLOW = new Set<string>(['recall.leakCheck', 'storage.rebuildCache']);

const core: Target = {
  name: 'arguments of core channels',
  share: 14,
  async run(run) {
    const channels = (Object.keys(coreContract) as (keyof CoreContract)[]).filter((name) => !SLOW.has(name));
    const cases = draw(callsOf(channels), run);
    await CoreRig.using(async (rig) => {
      for (const { batch: some, at } of batches<[string, unknown]>(cases, BATCH)) {
        for (const name of SLOW) if (at % (BATCH * 20) === 0) some.push([name, undefined]);
        some.push(['no.such.channel', SECRET], ['__proto__', SECRET]);
        const results = await Promise.all(some.map(([channel, args]) => rig.ask(channel, args)));
        results.forEach((result, index) => {
          const [channel, args] = some[index] ?? ['', null];
          if (channel in contract) checkResult(channel, args, result);
          else if (result.ok) throw new Error(`${channel} is no channel and was answered`);
        });
        await rig.checkWell();
        noSecretIn(rig.lines.splice(0), 'core');
      }
    });
  },
};

const OWN_PAGE = {
  sender: { id: 1 },
  senderFrame: { url: 'app://wukong/index.html', parent: null },
} as unknown as Sender;

/** Handlers that answer like the app's when nothing is there; the ones that judge their argument are the app's own. */
const SHELL: Partial<Record<keyof MainContract, (args: never) => unknown>> = {
  'shell.openExternal': ({ url }: { url: string }) => openExternal(url),
};
const refuse = (): never => {
  throw new CodedError('notFound', 'not here');
};

const shell: Target = {
  name: 'arguments of shell channels',
  share: 5,
  run(run) {
    const lines: string[] = [];
    const handlers = Object.fromEntries(
      Object.keys(mainContract).map((name) => [name, SHELL[name as keyof MainContract] ?? refuse]),
    ) as unknown as Handlers<MainContract>;
    const options = {
      isTrusted: () => true,
      shell: handlers,
      core: () => Promise.resolve<Result<unknown>>({ ok: false, code: 'signedOut', message: 'nobody' }),
      log: (_level: string, line: string) => lines.push(line),
    };
    return checkEach(callsOf(Object.keys(contract) as ChannelName[]), run, async ([channel, args]) => {
      checkResult(channel, args, await answerCall(options, channel, OWN_PAGE, args));
      noSecretIn(lines.splice(0), 'shell');
    });
  },
};

export const ipcTargets: readonly Target[] = [core, shell];
