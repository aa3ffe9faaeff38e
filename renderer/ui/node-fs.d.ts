/** All that a test of the style sheet needs; the renderer itself has no Node types on purpose. */
declare module 'node:fs' {
  export function readFileSync(path: URL, encoding: 'utf8'): string;
}
