/**
 * Menus of the system for the app: tasks of the jump list (Windows), menu of the dock icon (macOS). They never name a
 * chat: the system keeps such lists, where no recall reaches.
 */
import { app, Menu } from 'electron';
import type { Events } from '../../../shared/ipc/contract/events.ts';
import type { Translate } from '../../../shared/strings/index.ts';

export interface TaskActions {
  navigate: (to: Events['shell.navigate']) => void;
  setDoNotDisturb: (on: boolean) => void;
}

export interface TaskState {
  t: Translate;
  doNotDisturb: boolean;
  /** How this profile is started. */
  profileArgs: readonly string[];
}

export function showTasks(
  platform: NodeJS.Platform,
  actions: TaskActions,
  state: TaskState,
  warn: (message: string) => void,
): void {
  if (platform === 'darwin') setDockMenu(actions, state);
  // A working copy would be started as Electron's own program, without the app.
  if (platform === 'win32' && app.isPackaged) setJumpList(state, warn);
}

function setDockMenu({ navigate, setDoNotDisturb }: TaskActions, { t, doNotDisturb }: TaskState): void {
  app.dock?.setMenu(
    Menu.buildFromTemplate([
      { id: 'newGroup', label: t('shell.newGroup'), click: () => navigate({ to: 'newGroup' }) },
      { id: 'find', label: t('shell.find'), click: () => navigate({ to: 'search' }) },
      { type: 'separator' },
      {
        id: 'doNotDisturb',
        label: t('shell.doNotDisturb'),
        type: 'checkbox',
        checked: doNotDisturb,
        click: (item) => setDoNotDisturb(item.checked),
      },
    ]),
  );
}

function setJumpList({ t, profileArgs }: TaskState, warn: (message: string) => void): void {
  const task = (title: string, place: string): Electron.JumpListItem => ({
    type: 'task',
    title,
    description: title,
    program: process.execPath,
    args: [...profileArgs, `--open=${place}`].map(windowsArgument).join(' '),
    iconPath: process.execPath,
    iconIndex: 0,
  });
  const result = app.setJumpList([
    {
      type: 'tasks',
      items: [
        task(t('shell.newGroup'), 'new-group'),
        task(t('shell.find'), 'search'),
        task(t('shell.settings'), 'settings'),
      ],
    },
  ]);
  if (result !== 'ok') warn(`no jump list: ${result}`);
}

/** As `CommandLineToArgvW` reads it: backslashes count only before a quote. */
export function windowsArgument(argument: string): string {
  if (argument !== '' && !/[\s"]/.test(argument)) return argument;
  return `"${argument.replace(/(\\*)"/g, String.raw`$1$1\"`).replace(/(\\+)$/, '$1$1')}"`;
}
