/** The application menu (visible on macOS, behind Alt elsewhere) with the accelerators of ui.md 7. */
import { app, Menu, type MenuItemConstructorOptions } from 'electron';
import type { Events } from '../../../shared/ipc/contract.ts';
import type { ShellStrings } from '../settings/shell-strings.ts';

export interface MenuActions {
  navigate: (to: Events['shell.navigate']) => void;
  quit: () => void;
}

export interface MenuSurroundings {
  mac: boolean;
  devTools: boolean;
}

export function setApplicationMenu(
  strings: ShellStrings,
  actions: MenuActions,
  where: MenuSurroundings,
): void {
  Menu.setApplicationMenu(Menu.buildFromTemplate(menuTemplate(strings, actions, where)));
}

export function menuTemplate(
  strings: ShellStrings,
  actions: MenuActions,
  where: MenuSurroundings,
): MenuItemConstructorOptions[] {
  const separator: MenuItemConstructorOptions = { type: 'separator' };
  const settings: MenuItemConstructorOptions = {
    id: 'settings',
    label: strings.settings,
    accelerator: 'CommandOrControl+,',
    click: () => actions.navigate({ to: 'settings' }),
  };
  const quit: MenuItemConstructorOptions = {
    id: 'quit',
    label: strings.quit,
    accelerator: 'CommandOrControl+Q',
    click: () => actions.quit(),
  };
  const newGroup: MenuItemConstructorOptions = {
    id: 'newGroup',
    label: strings.newGroup,
    accelerator: 'CommandOrControl+N',
    click: () => actions.navigate({ to: 'newGroup' }),
  };
  const find: MenuItemConstructorOptions = {
    id: 'find',
    label: strings.find,
    accelerator: 'CommandOrControl+Shift+F',
    click: () => actions.navigate({ to: 'search' }),
  };
  const close: MenuItemConstructorOptions = { role: 'close', label: strings.closeWindow };
  const appMenu: MenuItemConstructorOptions = {
    label: app.name,
    submenu: [
      { role: 'about', label: strings.about },
      separator,
      settings,
      separator,
      { role: 'hide', label: strings.hide },
      { role: 'hideOthers', label: strings.hideOthers },
      separator,
      quit,
    ],
  };
  const fileMenu: MenuItemConstructorOptions = {
    label: strings.file,
    submenu: where.mac
      ? [newGroup, separator, close]
      : [newGroup, separator, settings, separator, close, quit],
  };
  const editMenu: MenuItemConstructorOptions = {
    label: strings.edit,
    submenu: [
      { role: 'undo', label: strings.undo },
      { role: 'redo', label: strings.redo },
      separator,
      { role: 'cut', label: strings.cut },
      { role: 'copy', label: strings.copy },
      { role: 'paste', label: strings.paste },
      { role: 'pasteAndMatchStyle', label: strings.pasteText },
      { role: 'selectAll', label: strings.selectAll },
      separator,
      find,
    ],
  };
  const viewMenu: MenuItemConstructorOptions = {
    label: strings.view,
    submenu: [
      { role: 'zoomIn', label: strings.zoomIn },
      { role: 'zoomOut', label: strings.zoomOut },
      { role: 'resetZoom', label: strings.zoomReset },
      separator,
      { role: 'togglefullscreen', label: strings.fullScreen },
      ...(where.devTools
        ? [
            separator,
            { role: 'reload', label: strings.reload } satisfies MenuItemConstructorOptions,
            { role: 'toggleDevTools', label: strings.devTools } satisfies MenuItemConstructorOptions,
          ]
        : []),
    ],
  };
  const windowMenu: MenuItemConstructorOptions = {
    label: strings.window,
    role: 'windowMenu',
    submenu: [{ role: 'minimize', label: strings.minimize }, close],
  };
  return where.mac
    ? [appMenu, fileMenu, editMenu, viewMenu, windowMenu]
    : [
        fileMenu,
        editMenu,
        viewMenu,
        { label: strings.help, role: 'help', submenu: [{ role: 'about', label: strings.about }] },
      ];
}
