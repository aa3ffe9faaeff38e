import { expect, it } from 'vitest';
import { openableUrl } from '../../../../shared/openable-url.ts';
import { mapLinks, pointText } from './map-links.ts';

it.each([
  [{ lat: 39.908_823_456_78, lng: 116.397_47 }, '39.908823, 116.39747'],
  [{ lat: -90, lng: 180 }, '-90, 180'],
  [{ lat: 1e-9, lng: -1e-9 }, '0, 0'],
])('%j is %s, and every link is one that may be opened', (point, text) => {
  expect(pointText(point)).toBe(text);
  const links = mapLinks(point);
  expect(links.map(({ href }) => openableUrl(href))).toEqual(links.map(({ href }) => href));
  for (const { href, shown } of links) expect(`https://${shown}`).toBe(href);
});
