/** The recall log of a group as a table: who, whose, kind, when; nothing that was said. */
import { csvOf } from '../../../shared/csv.ts';
import type { ChannelRef } from '../../../shared/domain.ts';
import type { GroupRecallView } from '../../../shared/ipc/contract/groups.ts';
import { type Language, translate } from '../../../shared/strings/index.ts';
import type { PlainKey } from '../../i18n/i18n.ts';
import { call } from '../../state/bridge.ts';
import type { RecallLogDays } from './use-group-recalls.ts';

/** Rows of one file. */
export const MOST_SAVED = 10_000;

export const KIND_NAMES: Record<GroupRecallView['kind'], PlainKey> = {
  text: 'grp.recallsText',
  image: 'grp.recallsImage',
  voice: 'grp.recallsVoice',
  video: 'grp.recallsVideo',
  file: 'grp.recallsFile',
  other: 'grp.recallsOther',
};

interface Wanted {
  channel: ChannelRef;
  days: RecallLogDays;
  byUid: string;
  /** Of the group, for the name of the file. */
  name: string;
}

/** Reads all of it, asks where to, and saves. `more`: it has older ones than a file takes. */
export async function saveRecallLog(
  { channel, days, byUid, name }: Wanted,
  language: Language,
): Promise<{ saved: boolean; more: boolean }> {
  const rows: GroupRecallView[] = [];
  let page;
  do {
    // Each page begins where the one before it ended.
    // oxlint-disable-next-line no-await-in-loop
    page = await call('groups.recalls', { channel, before: rows.at(-1)?.id ?? '', days, byUid });
    rows.push(...page.recalls);
  } while (page.more && page.recalls.length > 0 && rows.length < MOST_SAVED);
  const text = recallLogTable(rows, page.local ?? false, language);
  const title = `${translate(language, 'grp.recalls')} ${name}`.trim().slice(0, 100);
  const { saved } = await call('shell.saveTable', { name: title, text });
  return { saved, more: page.more };
}

/** `local`: its times are those of the messages. */
export function recallLogTable(rows: readonly GroupRecallView[], local: boolean, language: Language): string {
  const say = (key: PlainKey): string => translate(language, key);
  const head = [
    say(local ? 'grp.recallsColSaid' : 'grp.recallsColTime'),
    say('grp.recallsColBy'),
    say('grp.recallsColById'),
    say('grp.recallsColOf'),
    say('grp.recallsColOfId'),
    say('grp.recallsColKind'),
  ];
  return csvOf([
    head,
    ...rows.map(({ by, kind, of, timestamp }) => [
      new Date(timestamp * 1000).toISOString(),
      by.name,
      by.uid,
      of.name,
      of.uid,
      say(KIND_NAMES[kind]),
    ]),
    ...(local ? [[say('grp.recallsLocal')]] : []),
  ]);
}
