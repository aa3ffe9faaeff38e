/** A generated avatar: the first character of the name on a colour that follows from the id. */
const COLOURS = ['#4c6ef5', '#1c7ed6', '#0c8599', '#2b8a3e', '#c2255c', '#9c36b5', '#d9480f', '#5f3dc4'];

export function defaultAvatar(id: string, name: string): string {
  let hash = 0;
  for (const char of id) hash = (hash * 31 + (char.codePointAt(0) ?? 0)) >>> 0;
  const colour = COLOURS[hash % COLOURS.length] ?? '#4c6ef5';
  const initial = (Array.from(name.trim())[0] ?? '?').replace(/[<>&"']/g, '?').toUpperCase();
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="128" height="128" viewBox="0 0 128 128"><rect width="128" height="128" fill="${colour}"/>` +
    `<text x="64" y="66" fill="#fff" font-family="sans-serif" font-size="60" text-anchor="middle" dominant-baseline="central">${initial}</text></svg>`
  );
}
