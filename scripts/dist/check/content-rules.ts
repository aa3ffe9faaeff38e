/** What may and what must be in a package. */
import type { AsarArchive } from './asar-archive.ts';

export const LARGEST_ASAR = 8 * 1024 * 1024;
/** Of emoji, which a Linux may not have: no other system's package holds it (renderer/ui/app-emoji.ts). */
const EMOJI_FONT = /^out\/renderer\/assets\/noto-color-emoji[\w.-]*\.woff2$/;
/** Beside what else an archive holds. */
const LARGEST_FONT = 2.4 * 1024 * 1024;

/** Everything else in app.asar is an error. */
const ALLOWED = [
  /^package\.json$/,
  /^out\/main\/((index|app)\.js|(core|syllables|voice)\.cjs)$/,
  /^out\/main\/chunks\/[\w-]+\.js$/,
  /^out\/preload\/index\.cjs$/,
  /^out\/renderer\/index\.html$/,
  /^out\/renderer\/assets\/[\w.-]+\.(js|css|woff2|svg|png)$/,
  /^node_modules\/better-sqlite3\/(package\.json|LICENSE|lib\/(methods\/)?[\w-]+\.js)$/,
  /^node_modules\/better-sqlite3\/prebuilds\/(linux|win32|darwin)-(x64|arm64)\.node$/,
];

const REQUIRED = [
  'package.json',
  'out/main/index.js',
  'out/main/app.js',
  'out/main/core.cjs',
  'out/main/syllables.cjs',
  'out/main/voice.cjs',
  'out/preload/index.cjs',
  'out/renderer/index.html',
  'node_modules/better-sqlite3/lib/database.js',
];

/** Fields of package.json that Electron, installers or the app read. */
const FIELDS = [
  'name',
  'productName',
  'version',
  'main',
  'type',
  'desktopName',
  'homepage',
  'author',
  'license',
];
const OTHER_FIELDS = ['description', 'commit'];

/** `addons`: file names of the binaries the package is to have, `linux-x64.node`. */
export function archiveProblems(archive: AsarArchive, addons: readonly string[]): string[] {
  const files = archive.files();
  const paths = new Set(files.map(({ path }) => path));
  const wanted = new Set(addons.map((name) => `node_modules/better-sqlite3/prebuilds/${name}`));
  const onLinux = addons.some((name) => name.startsWith('linux-'));
  const fonts = files.filter(({ path }) => EMOJI_FONT.test(path));
  const fontBytes = fonts.reduce((sum, { size }) => sum + size, 0);
  const problems = files.flatMap(({ path, unpacked, isLink }) => {
    if (isLink) return [`${path} is a link`];
    if (!ALLOWED.some((rule) => rule.test(path))) return [`${path} has no business in app.asar`];
    if (path.endsWith('.node')) {
      if (!wanted.has(path)) return [`${path} is for another computer`];
      return unpacked ? [] : [`${path} cannot be loaded from inside the archive`];
    }
    return unpacked ? [`${path} is outside of the archive, where no integrity check looks`] : [];
  });
  const missing = [...REQUIRED, ...wanted].filter((path) => !paths.has(path));
  const size = archive.bytes - fontBytes;
  return [
    ...problems,
    ...missing.map((path) => `${path} is missing`),
    ...(size > LARGEST_ASAR ? [`app.asar has ${size} bytes, more than ${LARGEST_ASAR}`] : []),
    ...(onLinux && fonts.length !== 1 ? [`the font of emoji is there ${fonts.length} times`] : []),
    ...(onLinux ? [] : fonts.map(({ path }) => `${path} is for Linux alone`)),
    ...(fontBytes > LARGEST_FONT
      ? [`the font of emoji has ${fontBytes} bytes, more than ${LARGEST_FONT}`]
      : []),
    ...(missing.includes('package.json')
      ? []
      : manifestProblems(archive.read('package.json').toString('utf8'))),
    ...archive.damaged(),
    ...archive.hidden(),
  ];
}

export function manifestProblems(text: string): string[] {
  let manifest: Record<string, unknown>;
  try {
    manifest = JSON.parse(text) as Record<string, unknown>;
  } catch {
    return ['package.json is no JSON'];
  }
  return [
    ...FIELDS.filter((field) => manifest[field] === undefined).map((field) => `package.json has no ${field}`),
    ...Object.keys(manifest)
      .filter((field) => !FIELDS.includes(field) && !OTHER_FIELDS.includes(field))
      .map((field) => `package.json says ${field}, which nobody reads there`),
  ];
}
