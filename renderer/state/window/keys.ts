/** The keys of commands as they are set now, for whoever shows them. */
import { type CommandId, keysOf, type MessageCommandId, shownKeys } from '../../../shared/commands.ts';
import { useSession } from '../session/session-store.ts';
import { useSettings } from '../session/settings.ts';
import { type KeyPress, messageCommandOf, shortcutOf, type ShortcutId } from './shortcuts.ts';

const useMac = (): boolean => useSession((state) => state.shell?.platform === 'darwin');

/** Says how a command's keys are written; '' = it has none. */
export function useKeys(): (id: CommandId) => string {
  const mac = useMac();
  const { commandKeys } = useSettings();
  return (id) => shownKeys(keysOf(commandKeys, id), mac);
}

const setNow = () => {
  const { shell } = useSession.getState();
  return { mac: shell?.platform === 'darwin', chosen: shell?.settings.commandKeys ?? {} };
};

export function pressedShortcut(event: KeyPress): { id: ShortcutId; digit: number } | null {
  const { mac, chosen } = setNow();
  return shortcutOf(event, mac, chosen);
}

export function pressedMessageCommand(event: KeyPress): MessageCommandId | null {
  const { mac, chosen } = setNow();
  return messageCommandOf(event, mac, chosen);
}
