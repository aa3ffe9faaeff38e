/**
 * Words for the system's notifications. Linux daemons read the body as markup (org.freedesktop.Notifications,
 * `body-markup`) and Electron hands it on as it is: what a person wrote stays words there. Windows and macOS take plain
 * text; Electron escapes for Windows itself.
 */
import { isolated, withoutInvisible } from '../../../shared/display-name.ts';

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

/** A body without markup. */
export function notificationBody(text: string, platform: NodeJS.Platform = process.platform): string {
  return platform === 'linux' ? text.replaceAll(/[&<>]/g, (char) => ENTITIES[char] ?? char) : text;
}

/**
 * A title is no markup by the same specification, but some daemons read it as such; escaped it would be wrong in the
 * others. What only looks like a tag or an entity is written so that it is neither. Marks around a name that end its
 * direction stay (`titleOf`).
 */
export function notificationTitle(text: string, platform: NodeJS.Platform = process.platform): string {
  const plain = text.replaceAll(/[^\u2068\u2069]+/g, (piece) => withoutInvisible(piece));
  if (platform !== 'linux') return plain;
  return plain
    .replaceAll(/<(?=[a-z/!?])/giu, '‹')
    .replaceAll(/(?<=[a-z0-9/"'-])>/giu, '›')
    .replaceAll(/&(?=#?[a-z0-9]{1,32};)/giu, '＆');
}

/** Who says what, without characters that turn or hide parts of it; neither turns the other around. */
export function bySender(sender: string, words: string): string {
  const said = withoutInvisible(words);
  return sender === '' ? said : `${isolated(withoutInvisible(sender))}: ${isolated(said)}`;
}

/** `name · account`, where there are several accounts; neither turns the other around. */
export function titleOf(name: string, account: string | null): string {
  const plain = withoutInvisible(name);
  return account === null ? plain : `${isolated(plain)} · ${isolated(withoutInvisible(account))}`;
}
