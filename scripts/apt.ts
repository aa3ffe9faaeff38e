/** Programs of Debian and Ubuntu that the project's scripts need: installed where that can be done without asking. */
import { existsSync } from 'node:fs';
import { run } from './run.ts';

/** `dpkg --configure -a` is the remedy that apt-get itself names, in the language of the system. */
function wasInterrupted({ code, output }: { code: number | null; output: string }): boolean {
  return code !== 0 && output.includes('dpkg --configure -a');
}

export function canAptInstall(): boolean {
  return process.platform === 'linux' && process.getuid?.() === 0 && existsSync('/usr/bin/apt-get');
}

/** False = a package could not be had and none was installed. No end of it: the caller looks at what is there. */
export async function aptInstall(packages: readonly string[], say: (line: string) => void): Promise<boolean> {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  // Another start of ours may be installing right now.
  const wait = ['-o', 'DPkg::Lock::Timeout=120'];
  say(`Installing ${packages.join(', ')} with apt-get (once; a few minutes)…`);
  const update = await run('apt-get', ['update', '-q'], { env, timeoutMs: 120_000 });
  if (update.code !== 0) say('  apt-get update failed; trying with the package lists that are there');
  say('  downloading and unpacking…');
  const tryInstall = () =>
    run('apt-get', [...wait, 'install', '-y', '-q', '--no-install-recommends', ...packages], {
      env,
      timeoutMs: 420_000,
    });
  let install = await tryInstall();
  // Somebody ended the program while it installed: dpkg refuses all else until what it had begun is done.
  if (wasInterrupted(install)) {
    say('  an earlier installation was cut off; finishing it first…');
    const limits = { env, timeoutMs: 420_000 };
    await run('dpkg', ['--force-confdef', '--force-confold', '--configure', '-a'], limits);
    // What was unpacked without what it needs.
    await run('apt-get', [...wait, '-f', 'install', '-y', '-q', '--no-install-recommends'], limits);
    install = await tryInstall();
  }
  if (install.code === 0) say('  done');
  else say(`  apt-get install failed: ${install.output.trim().split('\n').at(-1) ?? 'no output'}`);
  return install.code === 0;
}
