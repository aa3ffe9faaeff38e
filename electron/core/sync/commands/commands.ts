/**
 * What each CMD (payload type 99) does. A CMD that names something to read makes this client read it; one that carries
 * the news itself (read position, online, typing) is applied only when it comes from the server, because a member can
 * send any CMD through the socket (wukongim.md F.1, table: tsdd-api.md 8).
 */
import type { ChannelRef } from '../../../../shared/domain.ts';
import { isObject } from '../../../../shared/json.ts';
import type { SyncContext } from '../sync-context.ts';
import { type AskingParts, createAskingCommands } from './asking-commands.ts';
import { type Command, isFromServer, textOf } from './command.ts';
import { channelOfParams } from './hints.ts';
import { createTellingCommands } from './telling-commands.ts';

/** Known, and of no concern to what this client shows. */
const IGNORED = new Set(['pcQuit', 'voiceReaded']);

export interface CommandParts extends AskingParts {
  /** Reads the whole conversation list, not faster than allowed. */
  readList: (saidToBeDeleted?: ChannelRef) => void;
}

export interface Commands {
  handle: (command: Command) => void;
  close: () => void;
}

export function createCommands(context: SyncContext, parts: CommandParts): Commands {
  const { log, me } = context;
  const asking = createAskingCommands(context, parts);
  const telling = createTellingCommands(context, parts.readList, asking.lookForCleared);

  function handle(command: Command): void {
    const name = textOf(command.payload['cmd']);
    const params = isObject(command.payload['param']) ? command.payload['param'] : {};
    const channel = channelOfParams(params) ?? command.envelope;
    const fromServer = isFromServer(command.fromUid, me.uid);
    const ask = Object.hasOwn(asking.effects, name) ? asking.effects[name] : undefined;
    const tell = Object.hasOwn(telling, name) ? telling[name] : undefined;
    if (ask) ask(params, channel, command);
    else if (tell && fromServer) tell(params, channel, command);
    else if (tell) log('warn', `command ${name} from another client; ignored`);
    else if (IGNORED.has(name)) log('debug', `command ${name}: nothing to do`);
    // Any member may put any text here: only what the server itself says is named.
    else if (fromServer && /^[A-Za-z]{1,40}$/.test(name))
      log('info', `unknown command ${name} of the server`);
    else log('info', `unknown command (a name of ${name.length} characters)`);
  }

  return { handle, close: asking.close };
}
