/** Where maps of a place are: addresses for the browser, with the coordinates and nothing of the message's words. */
import type { Place } from '../../../../shared/content/named-content.ts';

type Point = NonNullable<Place['point']>;

/** About a decimetre. */
const DIGITS = 6;
const degrees = (value: number): string => String(Number(value.toFixed(DIGITS)));

/** As people write it: latitude first. */
export const pointText = ({ lat, lng }: Point): string => `${degrees(lat)}, ${degrees(lng)}`;

/** `shown`: the whole address without its scheme, for whoever is asked to open it. */
export function mapLinks({ lat, lng }: Point): { href: string; shown: string }[] {
  const [y, x] = [degrees(lat), degrees(lng)];
  return [
    `https://uri.amap.com/marker?position=${x},${y}`,
    `https://www.openstreetmap.org/?mlat=${y}&mlon=${x}`,
  ].map((href) => ({ href, shown: href.replace('https://', '') }));
}
