/**
 * fpm as far as electron-builder calls it, on dpkg-deb and rpmbuild: Debian has no fpm, and a test is not to download
 * one. Only for tests; releases are packed by the real one.
 */
import { execFileSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { createHash } from 'node:crypto';

/** Options with a value, as they are told; a letter of one dash has its long name here. */
const LONG: Readonly<Record<string, string>> = { '-s': 'source', '-t': 'target', '-d': 'depends' };

interface Order {
  values: Map<string, string[]>;
  /** `from=to`. */
  inputs: string[];
}

const order = parse(process.argv.slice(2));
const one = (name: string): string => order.values.get(name)?.at(-1) ?? '';
const work = mkdtempSync(join(tmpdir(), 'wukong-fpm-'));
try {
  const root = join(work, 'root');
  fill(root);
  if (one('target') === 'deb') makeDeb(root);
  else if (one('target') === 'rpm') makeRpm(root);
  else throw new Error(`the fpm of the tests makes no ${one('target')}`);
} finally {
  rmSync(work, { recursive: true, force: true });
}

function parse(argv: readonly string[]): Order {
  const values = new Map<string, string[]>();
  const inputs: string[] = [];
  for (let at = 0; at < argv.length; at += 1) {
    const arg = argv[at] ?? '';
    const [, name = LONG[arg] ?? '', , given] = /^--([^=]+)(=(.*))?$/s.exec(arg) ?? [];
    if (name === '') inputs.push(arg);
    else if (name === 'force' || name === 'debug') continue;
    else {
      if (given === undefined) at += 1;
      const value = given ?? argv[at] ?? '';
      values.set(name, [...(values.get(name) ?? []), value]);
    }
  }
  return { values, inputs };
}

function fill(root: string): void {
  for (const input of order.inputs) {
    const cut = input.lastIndexOf('=');
    const from = input.slice(0, cut);
    const to = join(root, input.slice(cut + 1));
    mkdirSync(dirname(to), { recursive: true });
    cpSync(from, to, { recursive: true, verbatimSymlinks: true });
    if (statSync(from).isFile()) execFileSync('chmod', ['0644', to]);
  }
  // What a umask of the packing person took away.
  execFileSync('chmod', ['-R', 'a+rX,go-w', root]);
}

function filesBelow(root: string, path = ''): string[] {
  return readdirSync(join(root, path)).flatMap((name) => {
    const inner = join(path, name);
    return lstatSync(join(root, inner)).isDirectory() ? filesBelow(root, inner) : [inner];
  });
}

function foldersBelow(root: string, path: string): string[] {
  return readdirSync(join(root, path), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .flatMap(({ name }) => [`${path}/${name}`, ...foldersBelow(root, `${path}/${name}`)]);
}

function makeDeb(root: string): void {
  const control = join(root, 'DEBIAN');
  mkdirSync(control);
  const files = filesBelow(root).filter((path) => !path.startsWith('DEBIAN'));
  const bytes = files.reduce((sum, path) => sum + lstatSync(join(root, path)).size, 0);
  const description = one('description')
    .split('\n')
    .map((line, index) => (index === 0 || line.startsWith(' ') ? line : ` ${line}`))
    .join('\n');
  const fields = {
    Package: one('name'),
    Version: one('version'),
    Architecture: one('architecture'),
    Maintainer: one('maintainer'),
    'Installed-Size': String(Math.ceil(bytes / 1024)),
    Depends: fakeDepends(),
    Recommends: (order.values.get('deb-recommends') ?? []).join(', '),
    Section: one('category'),
    Priority: one('deb-priority'),
    Homepage: one('url'),
    Description: description.trim(),
  };
  const lines = Object.entries(fields).flatMap(([name, value]) =>
    value === '' ? [] : [`${name}: ${value}`],
  );
  writeFileSync(join(control, 'control'), `${lines.join('\n')}\n`);
  const sums = files
    .filter((path) => lstatSync(join(root, path)).isFile())
    .map(
      (path) =>
        `${createHash('md5')
          .update(readFileSync(join(root, path)))
          .digest('hex')}  ${path}`,
    );
  writeFileSync(join(control, 'md5sums'), `${sums.join('\n')}\n`);
  for (const [option, name] of [
    ['after-install', 'postinst'],
    ['after-remove', 'postrm'],
  ] as const) {
    writeFileSync(join(control, name), readFileSync(one(option)), { mode: 0o755 });
  }
  const compression = one('deb-compression') || 'gzip';
  execFileSync('dpkg-deb', ['--root-owner-group', `-Z${compression}`, '--build', root, one('package')]);
}

/** The fake runtime needs no library of a desktop: a test computer is not to get all of GTK. A font is no library. */
function fakeDepends(): string {
  const all = order.values.get('depends') ?? [];
  return all
    .filter(
      (name) => name.startsWith('fonts-') || (/^xdg-utils\b/.test(name) && existsSync('/usr/bin/xdg-open')),
    )
    .join(', ');
}

function makeRpm(root: string): void {
  const top = join(work, 'rpm');
  mkdirSync(top);
  const files = filesBelow(root).map((path) => `"/${path}"`);
  const owned = (order.values.get('directories') ?? []).flatMap((folder) => [
    `%dir "${folder}"`,
    ...foldersBelow(root, folder).map((path) => `%dir "${path}"`),
  ]);
  const spec = [
    `Name: ${one('name')}`,
    `Version: ${one('version').replaceAll('-', '_')}`,
    'Release: 1',
    `Summary: ${one('rpm-summary') || one('name')}`,
    `License: ${one('license') || 'MIT'}`,
    `URL: ${one('url')}`,
    `Vendor: ${one('vendor')}`,
    `Packager: ${one('maintainer')}`,
    `Group: ${one('category') || 'Applications/Internet'}`,
    'AutoReqProv: no',
    ...(order.values.get('rpm-tag') ?? []),
    '%description',
    one('description').trim(),
    '%post',
    readFileSync(one('after-install'), 'utf8'),
    '%postun',
    readFileSync(one('after-remove'), 'utf8'),
    '%files',
    '%defattr(-,root,root,-)',
    ...owned,
    ...files,
  ].join('\n');
  const specFile = join(top, 'package.spec');
  // A percent sign in a script is one, not a macro.
  writeFileSync(specFile, spec);
  const arch = { amd64: 'x86_64', arm64: 'aarch64' }[one('architecture')] ?? one('architecture');
  const defines = [
    `_topdir ${top}`,
    `_rpmdir ${top}/out`,
    '_build_id_links none',
    '_binary_payload w0.gzdio',
    '__os_install_post %{nil}',
  ];
  execFileSync('rpmbuild', [
    '-bb',
    '--quiet',
    '--target',
    arch,
    '--buildroot',
    root,
    ...defines.flatMap((define) => ['--define', define]),
    specFile,
  ]);
  const [made] = filesBelow(join(top, 'out'));
  if (made === undefined) throw new Error('rpmbuild made nothing');
  cpSync(join(top, 'out', made), one('package'));
  process.stdout.write(`${basename(made)}\n`);
}
