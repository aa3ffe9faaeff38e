/** The one door for calls of the page: every channel of the contract, sender and payload checked before any handler. */
import { ipcMain, type IpcMainInvokeEvent } from 'electron';
import type { Handlers } from '../../../shared/ipc/contract/channel.ts';
import {
  contract,
  type ChannelName,
  type CoreContract,
  mainContract,
  type MainContract,
} from '../../../shared/ipc/contract/contract.ts';
import { checkArguments } from '../../../shared/ipc/check-arguments.ts';
import { WHILE_LOCKED } from '../../../shared/ipc/contract/lock.ts';
import { type Failure, failureOf, type Result } from '../../../shared/ipc/result.ts';
import { isAppUrl } from '../protocol/app-origin.ts';

export interface IpcOptions {
  /** Ids of the web contents of the app's own windows. */
  isTrusted: (webContentsId: number) => boolean;
  /** `From`: for which account the page asks. */
  shell: Handlers<MainContract, string | null>;
  /** Checked arguments of a core channel, on their way to the worker of this account. */
  core: (
    channel: keyof CoreContract,
    args: unknown,
    account?: string | null,
    /** Id of its web contents. */
    page?: number,
  ) => Promise<Result<unknown>>;
  /** Whom a call is for that names nobody: the account on the screen. */
  account?: () => string | null;
  /** While it is, nothing is answered but what opens the lock. Default: never. */
  isLocked?: () => boolean;
  log: (level: 'warn' | 'error', message: string) => void;
}

const LOCKED: Failure = { ok: false, code: 'locked', message: 'the app is locked' };

export function serveIpc(options: IpcOptions): void {
  for (const channel of Object.keys(contract) as ChannelName[]) {
    ipcMain.handle(channel, (event, args: unknown, account: unknown) =>
      answerCall(options, channel, event, args, account),
    );
  }
}

/** The part of an invoke event that tells who asks. */
export type Sender = Pick<IpcMainInvokeEvent, 'sender' | 'senderFrame'>;

/**
 * Throws (the page sees a rejection, not an answer) for a foreign sender; all else is a `Result`. A page that is about
 * to be replaced still speaks for the account it was made for: `account` says which.
 */
export async function answerCall(
  options: IpcOptions,
  channel: ChannelName,
  event: Sender,
  args: unknown,
  account?: unknown,
): Promise<Result<unknown>> {
  const refusal = senderRefusal(event, options.isTrusted);
  if (refusal !== null) {
    options.log('warn', `IPC ${channel} refused: ${refusal}`);
    throw new Error(`${channel}: refused`);
  }
  const shut = (): boolean => options.isLocked?.() === true && !WHILE_LOCKED.has(channel);
  if (shut()) return LOCKED;
  const answer = await checkedAnswer(options, channel, args, account, event.sender.id);
  // Locked meanwhile: what was found before is nobody's to see either.
  return shut() ? LOCKED : answer;
}

async function checkedAnswer(
  options: IpcOptions,
  channel: ChannelName,
  args: unknown,
  account: unknown,
  page: number,
): Promise<Result<unknown>> {
  const checked = checkArguments(channel, args);
  if (!checked.ok) return checked;
  const from = typeof account === 'string' ? account : (options.account?.() ?? null);
  try {
    if (isMainChannel(channel)) {
      return { ok: true, value: await callMain(options.shell, channel, checked.args, from) };
    }
    return await options.core(channel, checked.args, from, page);
  } catch (error) {
    const failure = failureOf(error);
    if (failure.code === 'internal') options.log('error', `IPC ${channel} failed: ${failure.message}`);
    return failure;
  }
}

/** Why this sender may not call, or null. Only the main frame of an own window on an own page may. */
export function senderRefusal(event: Sender, isTrusted: (webContentsId: number) => boolean): string | null {
  if (!isTrusted(event.sender.id)) return 'not a window of the app';
  const frame = event.senderFrame;
  if (!frame) return 'the frame is gone';
  if (frame.parent !== null) return 'not the main frame';
  if (!isAppUrl(frame.url)) return 'not a page of the app';
  return null;
}

function isMainChannel(channel: ChannelName): channel is keyof MainContract {
  return Object.hasOwn(mainContract, channel);
}

function callMain(
  handlers: IpcOptions['shell'],
  channel: keyof MainContract,
  args: unknown,
  from: string | null,
): unknown {
  // `args` was checked with the schema of this very channel; the map ties both, which the index access loses.
  const handler = handlers[channel] as (args: unknown, from: string | null) => unknown;
  return handler(args, from);
}
