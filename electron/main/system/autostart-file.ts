/**
 * Start at login on Linux: a desktop entry in the user's autostart folder (XDG autostart specification). What stands
 * in it is quoted twice, as an argument of `Exec` and as a string of a desktop entry; a path may hold anything.
 */

export interface AutostartCommand {
  /** Absolute path of the app; for an AppImage the image itself, not where it is mounted for this run. */
  program: string;
  args: readonly string[];
}

export function autostartEntry({ program, args }: AutostartCommand, name: string): string {
  return [
    '[Desktop Entry]',
    'Type=Application',
    'Version=1.5',
    `Name=${entryString(name)}`,
    // Not started, and no error at login, once the app is gone.
    `TryExec=${entryString(program)}`,
    `Exec=${entryString([program, ...args].map(execArgument).join(' '))}`,
    'Terminal=false',
    'NoDisplay=true',
    'X-GNOME-Autostart-enabled=true',
    '',
  ].join('\n');
}

/** Whether the desktop starts it: desktops turn an entry off with a line in it as well as by deleting the file. */
export function startsAtLogin(entry: string): boolean {
  let inGroup = false;
  const values = new Map<string, string>();
  for (const line of entry.split('\n')) {
    const text = line.trim();
    if (text.startsWith('[')) inGroup = text === '[Desktop Entry]';
    const [, key, value] = /^([A-Za-z0-9-]+)\s*=\s*(.*)$/.exec(text) ?? [];
    if (inGroup && key !== undefined && value !== undefined && !values.has(key)) values.set(key, value);
  }
  return (
    values.has('Exec') &&
    values.get('Hidden') !== 'true' &&
    values.get('X-GNOME-Autostart-enabled') !== 'false'
  );
}

/** Always in double quotes: then only these four are escaped. `%` would start a field code. */
function execArgument(argument: string): string {
  return `"${argument.replace(/["`$\\]/g, String.raw`\$&`).replaceAll('%', '%%')}"`;
}

const ENTRY_ESCAPES: Readonly<Record<string, string>> = {
  '\\': String.raw`\\`,
  '\n': String.raw`\n`,
  '\r': String.raw`\r`,
  '\t': String.raw`\t`,
};

function entryString(text: string): string {
  return text.replace(/[\\\n\r\t]/g, (sign) => ENTRY_ESCAPES[sign] ?? sign).replace(/^ /, String.raw`\s`);
}
