/** `Menu` and `MenuItem`: kept as data; items are clicked by tests, and by their accelerators. */
import { app } from './app.ts';

interface ItemOptions {
  id?: string;
  label?: string;
  type?: string;
  role?: string;
  accelerator?: string;
  enabled?: boolean;
  visible?: boolean;
  checked?: boolean;
  click?: (item: MenuItem) => void;
  submenu?: ItemOptions[] | Menu;
}

export class MenuItem {
  readonly id: string | undefined;
  readonly type: string;
  readonly role: string | undefined;
  readonly accelerator: string | undefined;
  readonly submenu: Menu | undefined;
  label: string;
  enabled: boolean;
  visible: boolean;
  checked: boolean;
  readonly #click: ((item: MenuItem) => void) | undefined;

  constructor(options: ItemOptions) {
    this.id = options.id;
    this.submenu = Array.isArray(options.submenu) ? Menu.buildFromTemplate(options.submenu) : options.submenu;
    this.type = options.type ?? (this.submenu ? 'submenu' : 'normal');
    this.role = options.role?.toLowerCase();
    this.accelerator = options.accelerator;
    this.label = options.label ?? '';
    this.enabled = options.enabled ?? true;
    this.visible = options.visible ?? true;
    this.checked = options.checked ?? false;
    this.#click = options.click;
  }

  /** As if chosen by the user. */
  click(): void {
    if (!this.enabled) return;
    if (this.type === 'checkbox') this.checked = !this.checked;
    if (this.#click) this.#click(this);
    else if (this.role === 'quit') app.quit();
    else if (this.role === 'close') app.focusedWindow()?.close();
    else if (this.role === 'reload') app.focusedWindow()?.webContents.reload();
    else if (this.role === 'minimize') app.focusedWindow()?.minimize();
  }
}

export class Menu {
  static #application: Menu | null = null;

  static buildFromTemplate(template: ItemOptions[]): Menu {
    const menu = new Menu();
    for (const options of template)
      menu.append(options instanceof MenuItem ? options : new MenuItem(options));
    return menu;
  }
  static setApplicationMenu(menu: Menu | null): void {
    Menu.#application = menu;
  }
  static getApplicationMenu(): Menu | null {
    return Menu.#application;
  }

  readonly items: MenuItem[] = [];

  append(item: MenuItem): void {
    this.items.push(item);
  }
  getMenuItemById(id: string): MenuItem | null {
    for (const item of this.items) {
      if (item.id === id) return item;
      const inside = item.submenu?.getMenuItemById(id);
      if (inside) return inside;
    }
    return null;
  }
  popup(): void {
    // A native menu has no picture here.
  }
  closePopup(): void {
    // See popup.
  }
}

export interface KeyPress {
  key: string;
  ctrlKey: boolean;
  metaKey: boolean;
  altKey: boolean;
  shiftKey: boolean;
}

/** A key the page left alone: chooses the item of the application menu it belongs to. */
export function pressedAccelerator(press: KeyPress): void {
  const find = (menu: Menu): MenuItem | null => {
    for (const item of menu.items) {
      if (item.accelerator !== undefined && item.enabled && matches(item.accelerator, press)) return item;
      const inside = item.submenu ? find(item.submenu) : null;
      if (inside) return inside;
    }
    return null;
  };
  const menu = Menu.getApplicationMenu();
  if (menu) find(menu)?.click();
}

function matches(accelerator: string, press: KeyPress): boolean {
  const parts = accelerator.split('+').map((part) => part.toLowerCase());
  const key = parts.pop();
  const mac = process.platform === 'darwin';
  const wants = (...names: string[]): boolean => names.some((name) => parts.includes(name));
  const either = wants('commandorcontrol', 'cmdorctrl');
  return (
    press.key.toLowerCase() === key &&
    press.shiftKey === wants('shift') &&
    press.altKey === wants('alt', 'option') &&
    press.ctrlKey === (wants('control', 'ctrl') || (either && !mac)) &&
    press.metaKey === (wants('command', 'cmd', 'super', 'meta') || (either && mac))
  );
}
