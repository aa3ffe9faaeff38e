/**
 * English strings. Exactly the keys and the values of `zh`: a missing or an extra one does not compile. A text that
 * differs for one and many gives both forms; the number is `{n}`. ASCII quotes: CJK fonts draw the typographic ones
 * full width.
 */
import { recall } from './en/recall.ts';
import { messages } from './en/messages.ts';
import { composer } from './en/composer.ts';
import { chatTools } from './en/chat-tools.ts';
import { chats } from './en/chats.ts';
import { groups } from './en/groups.ts';
import { people } from './en/people.ts';
import { profile } from './en/profile.ts';
import { login } from './en/login.ts';
import { search } from './en/search.ts';
import { settings } from './en/settings.ts';
import { common } from './en/common.ts';
import { shell } from './en/shell.ts';
import { notify } from './en/notify.ts';
import { shortcuts } from './en/shortcuts.ts';
import { links } from './en/links.ts';
import { updates } from './en/updates.ts';
import { serverLines } from './en/server-lines.ts';
import { lock } from './en/lock.ts';
import { network } from './en/network.ts';
import { imageEditor } from './en/image-editor.ts';
import { video } from './en/video.ts';
import { voice } from './en/voice.ts';

/** Put together when its language is first spoken: a window would wait for both. */
export const en = () => ({
  ...recall,
  ...messages,
  ...composer,
  ...chats,
  ...chatTools,
  ...people,
  ...groups,
  ...profile,
  ...login,
  ...search,
  ...settings,
  ...common,
  ...shell,
  ...links,
  ...shortcuts,
  ...notify,
  ...updates,
  ...network,
  ...lock,
  ...serverLines,
  ...imageEditor,
  ...video,
  ...voice,
});
