/**
 * Proves that the layer rules of .oxlintrc.json catch what they should: forbidden imports in a scratch copy of the
 * folder structure must be reported, allowed ones must not.
 */
import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { packageScript } from '../packages.ts';
import { ROOT } from '../paths.ts';
import { run } from '../run.ts';

interface Probe {
  file: string;
  imports: string;
  allowed: boolean;
}

const forbidden = (file: string, imports: string): Probe => ({ file, imports, allowed: false });
const allowed = (file: string, imports: string): Probe => ({ file, imports, allowed: true });

const PROBES: readonly Probe[] = [
  forbidden('shared/a.ts', '../electron/main/ipc/ipc.ts'),
  forbidden('shared/b.ts', '../renderer/main.tsx'),
  forbidden('shared/c.ts', '../server/main.ts'),
  forbidden('shared/d.ts', 'electron'),
  allowed('shared/e.ts', './domain.ts'),
  forbidden('renderer/a.ts', '../electron/main/ipc/ipc.ts'),
  forbidden('renderer/b.ts', '../server/main.ts'),
  forbidden('renderer/c.ts', 'electron'),
  forbidden('renderer/d.ts', 'node:fs'),
  forbidden('renderer/e.ts', '../shared/wire/packets.ts'),
  allowed('renderer/f.ts', '../shared/domain.ts'),
  forbidden('renderer/text/a.ts', '../ui/cx.ts'),
  allowed('renderer/text/b.ts', '../i18n/i18n.ts'),
  forbidden('renderer/ui/a.ts', '../state/bridge.ts'),
  forbidden('renderer/ui/b.ts', '../features/rail/rail.tsx'),
  allowed('renderer/ui/c.ts', '../text/highlight.ts'),
  forbidden('renderer/state/a.ts', '../features/rail/rail.tsx'),
  forbidden('renderer/state/session/b.ts', '../../panes/message-pane.tsx'),
  forbidden('renderer/state/session/c.ts', 'electron'),
  allowed('renderer/state/session/d.ts', '../../ui/toast.tsx'),
  forbidden('renderer/features/rail/a.ts', '../search/search-head.tsx'),
  forbidden('renderer/features/rail/b.ts', '../search/search-head.module.css'),
  forbidden('renderer/features/rail/c.ts', '../../panes/message-pane.tsx'),
  forbidden('renderer/features/rail/d.ts', 'node:fs'),
  forbidden('renderer/features/messages/row/e.ts', '../../recall/batch-dialog.tsx'),
  forbidden('renderer/features/messages/row/f.ts', '../../../panes/message-pane.tsx'),
  forbidden('renderer/features/messages/row/g.ts', 'electron'),
  allowed('renderer/features/rail/h.ts', './rail.tsx'),
  allowed('renderer/features/rail/i.ts', '../../state/bridge.ts'),
  allowed('renderer/features/messages/row/j.ts', '../content/long-text.ts'),
  allowed('renderer/features/messages/row/k.ts', '../../../ui/cx.ts'),
  allowed('renderer/panes/l.ts', '../features/rail/rail.tsx'),
  forbidden('electron/core/a.ts', 'electron'),
  forbidden('electron/core/store/b.ts', '../../../renderer/main.tsx'),
  forbidden('electron/core/c.ts', '../../server/main.ts'),
  allowed('electron/core/d.ts', '../../shared/domain.ts'),
  allowed('electron/core/e.ts', 'node:fs'),
  forbidden('electron/main/a.ts', '../../renderer/main.tsx'),
  forbidden('electron/preload/b.ts', '../../e2e/fixtures/test.ts'),
  forbidden('electron/preload/c.ts', '../../shared/ipc/contract/contract.ts'),
  forbidden('electron/preload/d.ts', 'zod'),
  allowed('electron/preload/e.ts', 'electron'),
  allowed('electron/preload/f.test.ts', '../../shared/ipc/contract/contract.ts'),
  allowed('electron/main/c.ts', 'electron'),
  forbidden('electron/main/d.ts', '../../scripts/paths.ts'),
  forbidden('server/a.ts', '../electron/main/ipc/ipc.ts'),
  forbidden('server/b.ts', 'electron'),
  forbidden('server/business/c.ts', '../im/server.ts'),
  forbidden('server/im/d.ts', '../business/business-server.ts'),
  forbidden('server/guard/f.ts', '../im/im-server.ts'),
  allowed('server/guard/g.ts', '../business/http/errors.ts'),
  allowed('server/im/e.ts', '../../shared/wire/packets.ts'),
];

/** Two files that know each other, if only by their types. */
const CIRCLE = ['shared/circle-a.ts', 'shared/circle-b.ts'] as const;

/** Empty = every rule works; else one sentence per probe that went the wrong way. */
export async function layerRuleProblems(): Promise<string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'wukong-layers-'));
  try {
    await copyFile(join(ROOT, '.oxlintrc.json'), join(folder, '.oxlintrc.json'));
    for (const { file, imports } of PROBES) {
      await mkdir(dirname(join(folder, file)), { recursive: true });
      await writeFile(join(folder, file), `import value from '${imports}';\nexport default value;\n`);
    }
    for (const [file, other] of [CIRCLE, CIRCLE.toReversed()])
      await writeFile(
        join(folder, file ?? ''),
        `import type { Value as Other } from './${basename(other ?? '')}';\nexport type Value = Other | null;\n`,
      );
    const { output } = await run(process.execPath, [packageScript('oxlint'), '--format', 'json', '.'], {
      cwd: folder,
      timeoutMs: 60_000,
    });
    const reported = new Set(reportedBy('no-restricted-imports', output));
    const problems = PROBES.filter((probe) => reported.has(probe.file) === probe.allowed).map(
      ({ file, imports, allowed }) =>
        allowed
          ? `${file} may import ${imports}, but that is reported`
          : `${file} may not import ${imports}, but nobody notices`,
    );
    const circular = reportedBy('no-cycle', output);
    if (!CIRCLE.every((file) => circular.includes(file)))
      problems.push('two files may not import each other, not even types, but nobody notices');
    return problems;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Files in which the rule found something. */
function reportedBy(rule: string, output: string): string[] {
  const start = output.indexOf('{');
  const { diagnostics } = JSON.parse(output.slice(start)) as {
    diagnostics: { code?: string; filename: string }[];
  };
  return diagnostics
    .filter(({ code }) => code?.includes(rule))
    .map(({ filename }) => filename.replaceAll('\\', '/').replace(/^\.\//, ''));
}
