/** THIRD-PARTY-NOTICES.txt and sbom.cdx.json of a package: the same bytes for the same checkout. */
import { createHash } from 'node:crypto';
import type { Component } from './shipped.ts';

export interface Described {
  name: string;
  version: string;
  license: string;
}

export function noticesText(app: Described, components: readonly Component[]): string {
  const head = `${app.name} ${app.version} is made with the works of others, listed here with their licences.\n`;
  const entries = components.map(
    ({ name, version, license, homepage, text }) =>
      `${'='.repeat(80)}\n${name} ${version} (${license})${homepage === null ? '' : `\n${homepage}`}\n\n${text}\n`,
  );
  return [head, ...entries].join('\n');
}

function ref({ name, version, purl }: Component): string {
  return purl ?? `${name}@${version}`;
}

/** CycloneDX 1.6. No time and no random serial number: the document's own hash numbers it. */
export function sbom(app: Described, components: readonly Component[]): string {
  const root = `pkg:generic/${app.name}@${app.version}`;
  const body = {
    metadata: {
      component: {
        type: 'application',
        'bom-ref': root,
        name: app.name,
        version: app.version,
        licenses: [{ license: { id: app.license } }],
      },
    },
    components: components.map((component) => ({
      type: component.name === 'electron' ? 'framework' : 'library',
      'bom-ref': ref(component),
      name: component.name,
      version: component.version,
      licenses: [{ license: { id: component.license } }],
      ...(component.purl === null ? {} : { purl: component.purl }),
      ...(component.sha512 === null ? {} : { hashes: [{ alg: 'SHA-512', content: component.sha512 }] }),
      ...(component.homepage === null
        ? {}
        : { externalReferences: [{ type: 'website', url: component.homepage }] }),
    })),
    dependencies: [{ ref: root, dependsOn: components.map(ref) }],
  };
  const head = { bomFormat: 'CycloneDX', specVersion: '1.6', serialNumber: serialNumber(body), version: 1 };
  return `${JSON.stringify({ ...head, ...body }, null, 2)}\n`;
}

/** Of the document's own content, in the order in which it is written. */
export function serialNumber(body: object): string {
  const digest = createHash('sha256').update(JSON.stringify(body)).digest('hex');
  return `urn:uuid:${digest.slice(0, 8)}-${digest.slice(8, 12)}-8${digest.slice(13, 16)}-a${digest.slice(17, 20)}-${digest.slice(20, 32)}`;
}
