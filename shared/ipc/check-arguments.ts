/**
 * The check of a call's argument against the contract. It runs once per call, in the main thread, which is where what
 * the sandboxed page says enters the app (electron/main/ipc/ipc.ts). The account worker's port is reachable from the
 * main thread only, so a worker takes what comes as checked.
 */
import { contract, type ChannelName } from './contract/contract.ts';
import { namedField } from './named-field.ts';
import type { Failure } from './result.ts';

/** The argument as the schema gives it, without what the contract does not know, or the refusal to answer with. */
export function checkArguments(channel: string, args: unknown): { ok: true; args: unknown } | Failure {
  if (!isChannelName(channel)) {
    return { ok: false, code: 'badArgument', message: `unknown channel "${channel.slice(0, 60)}"` };
  }
  const parsed = contract[channel].args.safeParse(args);
  return parsed.success ? { ok: true, args: parsed.data } : badArgument(channel, parsed.error.issues);
}

function isChannelName(channel: string): channel is ChannelName {
  return Object.hasOwn(contract, channel);
}

/** Names the field, never its value, nor a key that the page has chosen: it may be a password or a message. */
function badArgument(
  channel: ChannelName,
  issues: readonly { code: string; path: PropertyKey[]; message: string }[],
): Failure {
  const issue = issues[0];
  const field = namedField(contract[channel].args, issue?.path ?? []);
  const failure: Failure = {
    ok: false,
    code: 'badArgument',
    message: `${channel}: ${field === '' ? 'argument' : field}: ${problemOf(issue)}`,
  };
  if (field !== '') failure.field = field;
  return failure;
}

/** (The schema's own words about keys that it does not know say them.) */
function problemOf(issue: { code: string; message: string } | undefined): string {
  return issue?.code === 'unrecognized_keys' ? 'unknown key' : (issue?.message ?? 'does not fit');
}
