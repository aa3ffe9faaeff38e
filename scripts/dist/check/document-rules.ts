/** Licence, notices and bill of materials of a package: they say the same, and it is true of what is packed. */
import { serialNumber } from '../notices/notices.ts';

export interface Documents {
  /** LICENSE.txt, and what it is to be: the file of the sources. */
  licence: string;
  ownLicence: string;
  /** THIRD-PARTY-NOTICES.txt */
  notices: string;
  /** sbom.cdx.json */
  sbom: string;
  /** As app.asar has them. */
  packed: { app: Named; addon: Named };
}

interface Named {
  name: string;
  productName?: string;
  version: string;
}

interface BomComponent extends Named {
  'bom-ref'?: string;
  purl?: string;
  licenses?: { license?: { id?: string } }[];
}

interface Bom {
  bomFormat?: string;
  specVersion?: string;
  serialNumber?: string;
  metadata?: { component?: BomComponent };
  components?: BomComponent[];
  dependencies?: { ref?: string; dependsOn?: string[] }[];
}

/** Without these the app would not be what it is: a list that lost them was made of something else. */
const REQUIRED = ['electron', 'better-sqlite3', 'react', 'wukongimjssdk', 'zod'];

/** Head of an entry of the notices. */
const NOTICE = /^={80}\n(.+ \S+ \(.+\))$/gm;

export function documentProblems(documents: Documents): string[] {
  const { licence, ownLicence, notices, packed } = documents;
  const bom = bomOf(documents.sbom);
  const components = bom?.components ?? [];
  const inBom = components.map(
    ({ name, version, licenses }) => `${name} ${version} (${licenses?.[0]?.license?.id ?? ''})`,
  );
  const noticed = [...notices.matchAll(NOTICE)].map(([, head = '']) => head);
  const head = `${packed.app.productName ?? packed.app.name} ${packed.app.version} is made with`;
  return [
    ...(licence === ownLicence ? [] : ['LICENSE.txt is not the licence of the app']),
    ...(bom?.bomFormat === 'CycloneDX' && bom.specVersion === '1.6'
      ? []
      : ['sbom.cdx.json is no CycloneDX 1.6']),
    ...REQUIRED.filter((name) => !components.some((one) => one.name === name)).map(
      (name) => `sbom.cdx.json does not name ${name}`,
    ),
    ...inBom.filter((one) => !noticed.includes(one)).map((one) => `the notices do not name ${one}`),
    ...noticed
      .filter((one) => !inBom.includes(one))
      .map((one) => `the notices name ${one}, which sbom.cdx.json does not`),
    ...(notices.startsWith(head) ? [] : [`the notices are not those of ${packed.app.version}`]),
    ...(bom === null ? [] : bomProblems(bom, components, packed)),
  ];
}

function bomOf(text: string): Bom | null {
  try {
    const read: unknown = JSON.parse(text);
    return typeof read === 'object' && read !== null ? read : null;
  } catch {
    return null;
  }
}

function bomProblems(bom: Bom, components: readonly BomComponent[], packed: Documents['packed']): string[] {
  const { metadata, dependencies, serialNumber: serial } = bom;
  const described = metadata?.component;
  const refs = components.map((component) => component['bom-ref'] ?? '').sort();
  const depended = [...(dependencies?.[0]?.dependsOn ?? [])].sort();
  const sqlite = components.find(({ name }) => name === packed.addon.name)?.version;
  return [
    ...(described?.name === packed.app.name && described.version === packed.app.version
      ? []
      : [`sbom.cdx.json is not of ${packed.app.name} ${packed.app.version}`]),
    ...(sqlite === undefined || sqlite === packed.addon.version
      ? []
      : [`sbom.cdx.json says ${packed.addon.name} ${sqlite}, app.asar holds ${packed.addon.version}`]),
    ...components
      .filter(({ name, version, purl }) => purl !== undefined && purl !== npmAddress(name, version))
      .map(({ name, version }) => `sbom.cdx.json has another address for ${name} ${version}`),
    ...(refs.join('\n') === depended.join('\n')
      ? []
      : ['sbom.cdx.json does not say what depends on its components']),
    ...(serial === serialNumber({ metadata, components, dependencies })
      ? []
      : ['sbom.cdx.json is not what its serial number says']),
  ];
}

const npmAddress = (name: string, version: string): string =>
  `pkg:npm/${name.replace(/^@/, '%40')}@${version}`;
