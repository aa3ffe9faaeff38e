/**
 * Chinese strings: the tables that define the keys and the values each text takes. `{name}` marks a value filled in
 * later. One wording for one fact: reuse a key before adding one.
 */
import { recall } from './zh/recall.ts';
import { messages } from './zh/messages.ts';
import { composer } from './zh/composer.ts';
import { chatTools } from './zh/chat-tools.ts';
import { chats } from './zh/chats.ts';
import { groups } from './zh/groups.ts';
import { people } from './zh/people.ts';
import { profile } from './zh/profile.ts';
import { login } from './zh/login.ts';
import { search } from './zh/search.ts';
import { settings } from './zh/settings.ts';
import { common } from './zh/common.ts';
import { shell } from './zh/shell.ts';
import { notify } from './zh/notify.ts';
import { shortcuts } from './zh/shortcuts.ts';
import { links } from './zh/links.ts';
import { updates } from './zh/updates.ts';
import { serverLines } from './zh/server-lines.ts';
import { lock } from './zh/lock.ts';
import { network } from './zh/network.ts';
import { imageEditor } from './zh/image-editor.ts';
import { video } from './zh/video.ts';
import { voice } from './zh/voice.ts';

/** Put together when its language is first spoken: a window would wait for both. */
export const zh = () => ({
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
