/** The application menu (visible on macOS, behind Alt elsewhere) with the keys of the commands as they are set. */
import { app, Menu, type MenuItemConstructorOptions } from 'electron';
import type { ZoomTo } from './zoom.ts';
import type { Destination } from '../../../shared/ipc/contract/windows.ts';
import { acceleratorOf, type ChosenKeys, type CommandId, keysOf } from '../../../shared/commands.ts';
import type { Translate } from '../../../shared/strings/index.ts';

export interface MenuActions {
  navigate: (to: Destination) => void;
  zoom: (to: ZoomTo) => void;
  quit: () => void;
}

export interface MenuSurroundings {
  mac: boolean;
  devTools: boolean;
  /** In place of the default ones. */
  keys: ChosenKeys;
}

export function setApplicationMenu(t: Translate, actions: MenuActions, where: MenuSurroundings): void {
  Menu.setApplicationMenu(Menu.buildFromTemplate(menuTemplate(t, actions, where)));
}

type KeysFor = (id: CommandId) => { accelerator?: string };

function zoomItems(t: Translate, { zoom }: MenuActions, keysFor: KeysFor): MenuItemConstructorOptions[] {
  return [
    { id: 'zoomIn', label: t('shell.zoomIn'), ...keysFor('zoomIn'), click: () => zoom('in') },
    { id: 'zoomOut', label: t('shell.zoomOut'), ...keysFor('zoomOut'), click: () => zoom('out') },
    { id: 'zoomReset', label: t('shell.zoomReset'), ...keysFor('zoomReset'), click: () => zoom(100) },
  ];
}

export function menuTemplate(
  t: Translate,
  actions: MenuActions,
  where: MenuSurroundings,
): MenuItemConstructorOptions[] {
  const keysFor: KeysFor = (id) => {
    const accelerator = acceleratorOf(keysOf(where.keys, id));
    return accelerator === undefined ? {} : { accelerator };
  };
  const separator: MenuItemConstructorOptions = { type: 'separator' };
  const settings: MenuItemConstructorOptions = {
    id: 'settings',
    label: t('shell.settings'),
    ...keysFor('settings'),
    click: () => actions.navigate({ to: 'settings' }),
  };
  const quit: MenuItemConstructorOptions = {
    id: 'quit',
    label: t('shell.quit'),
    ...keysFor('quit'),
    click: () => actions.quit(),
  };
  const newGroup: MenuItemConstructorOptions = {
    id: 'newGroup',
    label: t('shell.newGroup'),
    ...keysFor('newGroup'),
    click: () => actions.navigate({ to: 'newGroup' }),
  };
  const find: MenuItemConstructorOptions = {
    id: 'find',
    label: t('shell.find'),
    ...keysFor('searchAll'),
    click: () => actions.navigate({ to: 'search' }),
  };
  const close: MenuItemConstructorOptions = { role: 'close', label: t('shell.closeWindow') };
  const appMenu: MenuItemConstructorOptions = {
    label: app.name,
    submenu: [
      { role: 'about', label: t('shell.about') },
      separator,
      settings,
      separator,
      { role: 'hide', label: t('shell.hide') },
      { role: 'hideOthers', label: t('shell.hideOthers') },
      separator,
      quit,
    ],
  };
  const fileMenu: MenuItemConstructorOptions = {
    label: t('shell.file'),
    submenu: where.mac
      ? [newGroup, separator, close]
      : [newGroup, separator, settings, separator, close, quit],
  };
  const editMenu: MenuItemConstructorOptions = {
    label: t('shell.edit'),
    submenu: [
      { role: 'undo', label: t('shell.undo') },
      { role: 'redo', label: t('shell.redo') },
      separator,
      { role: 'cut', label: t('shell.cut') },
      { role: 'copy', label: t('shell.copy') },
      { role: 'paste', label: t('shell.paste') },
      { role: 'pasteAndMatchStyle', label: t('shell.pasteText') },
      { role: 'selectAll', label: t('shell.selectAll') },
      separator,
      find,
    ],
  };
  const viewMenu: MenuItemConstructorOptions = {
    label: t('shell.view'),
    submenu: [
      ...zoomItems(t, actions, keysFor),
      separator,
      { role: 'togglefullscreen', label: t('shell.fullScreen') },
      ...(where.devTools
        ? [
            separator,
            { role: 'reload', label: t('shell.reload') } satisfies MenuItemConstructorOptions,
            { role: 'toggleDevTools', label: t('shell.devTools') } satisfies MenuItemConstructorOptions,
          ]
        : []),
    ],
  };
  const windowMenu: MenuItemConstructorOptions = {
    label: t('shell.window'),
    role: 'windowMenu',
    submenu: [{ role: 'minimize', label: t('shell.minimize') }, close],
  };
  return where.mac
    ? [appMenu, fileMenu, editMenu, viewMenu, windowMenu]
    : [
        fileMenu,
        editMenu,
        viewMenu,
        { label: t('shell.help'), role: 'help', submenu: [{ role: 'about', label: t('shell.about') }] },
      ];
}
