/** After the build: the document of what is in it, for the page about an app that is not packed. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { OUT, ROOT } from '../../paths.ts';
import { noticesText } from './notices.ts';
import { electron, shippedPackages } from './shipped.ts';

const { productName, version, license } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
  productName: string;
  version: string;
  license: string;
};
const out = process.env['WUKONG_BUILD_OUT'] ?? OUT;
const components = [...shippedPackages(out), electron()];
writeFileSync(
  join(out, 'THIRD-PARTY-NOTICES.txt'),
  noticesText({ name: productName, version, license }, components),
);
