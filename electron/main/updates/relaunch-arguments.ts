/** What the new version is started with: what chose profile, server and language, and nothing of the moment. */

/** The window is wanted now, and packages add their own switches again. */
const OF_THE_MOMENT = /^--(?:hidden|no-sandbox|updated|open(?:=.*)?)$/;
/** Also understood with their value behind a space (launch-options.ts). */
const WITH_VALUE = /^--(?:server|demo-server|profile|user-data-dir|lang)$/;

/** Of `process.argv`: switches with their values. A link was opened already, a script's path is the runtime's own. */
export function relaunchArguments(argv: readonly string[]): string[] {
  return argv.slice(1).filter((argument, i, all) => {
    if (argument.startsWith('--')) return !OF_THE_MOMENT.test(argument);
    return WITH_VALUE.test(all[i - 1] ?? '');
  });
}
